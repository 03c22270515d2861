"""The edge: parse, one call to the domain, answer. The only rooms of this app that know HTTP and the clock."""
