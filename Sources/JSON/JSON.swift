/// Under construction.
