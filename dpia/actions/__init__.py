"""The only code that writes cases: a file for each noun, one function per verb, each one transaction.

Every change of state goes lock, check, write, record, announce.
"""
