"""Fakes of the outside worlds, at the last inch before them."""
