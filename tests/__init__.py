"""The tests of tinytf; the folders mirror those of the package."""
