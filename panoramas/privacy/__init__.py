"""Where faces and number plates may be in a picture: proposals for masks, never decisions.

Arrays in, boxes with scores out. The detectors are small networks whose weights lie in Python
packages (`weights`); what they find, a person confirms, mends or throws away.
"""
