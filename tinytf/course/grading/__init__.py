"""The grader: a submission goes in, points and the names of its mistakes come out.

`grade.py` grades a whole submission, exercise by exercise; a student's functions run in a process
of their own (`child.py`, `worker.py`).
"""
