"""Scripts to be read are no tests, whatever their names."""

collect_ignore = ["habits", "mistakes"]
