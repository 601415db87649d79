"""The assignment kit: handouts made from the reference source, a grader that names the mistake.

Read in this order: `exercise.py` (what an exercise is), `drivers.py` (how its functions are
called), `cases/` (the inputs it is tried on), `mistakes/` (what the grader can name), `grading/`
(the grader), `handout.py` (what students get). The assignments themselves stand in `assignments/`.
"""
