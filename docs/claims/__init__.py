"""The pages of claims and their plots, installed with the package for the atlas."""
