"""What networks take on this machine: time, memory, and the machine's own limits. Weights are random.

``stopwatch`` times a call, ``peak`` its memory, ``machine`` finds the roofline, ``bench`` is all that for some
networks, one after the other.
"""
