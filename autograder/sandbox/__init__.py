"""Where student code computes: a confined fork server, one forked process a submission, plain data in between.

``server``, ``isolation``, ``seccomp``, ``student`` and ``recorder`` run inside; ``confinement`` and ``session`` on the
grader's side; ``limits`` and ``channel`` on both.
"""
