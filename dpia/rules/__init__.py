"""Who may do what to a case, and when: each check raises Refused with the sentence the person reads, or returns."""
