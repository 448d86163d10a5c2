"""What the numbers say: effects, pools, and what is looked at around them. Arrays in, results out, no records.

A paper named in a docstring says where a method comes from, not that it was read. What was read are the sources of
metafor and meta, Roever 2015, Veroniki 2016 and Cochrane's pages on random-effects methods; what every formula is held
to are the reference values in ``tests/oracle``, made with metafor, meta and clubSandwich.
"""
