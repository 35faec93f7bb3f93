c = get_config()  # noqa: F821 (given to this file; one imported from traitlets would be lost)
c.Autograder.warm = []
