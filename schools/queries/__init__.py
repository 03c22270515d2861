"""What the pages and commands about schools and people show."""

from .reading import trust_name, trusts_by_code, urns_in_trust

__all__ = ["trust_name", "trusts_by_code", "urns_in_trust"]
