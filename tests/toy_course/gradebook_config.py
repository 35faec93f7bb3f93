c = get_config()
c.Autograder.warm = []
