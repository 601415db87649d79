"""The inputs on which the exercises of each assignment are tried: one file a subject."""
