"""How the models that ship were trained; every script can be run again."""
