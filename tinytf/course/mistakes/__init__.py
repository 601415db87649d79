"""The mistakes that the grader can name: one file an exercise, each with its MISTAKES."""
