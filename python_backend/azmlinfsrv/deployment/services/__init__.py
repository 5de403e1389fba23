"""Services: deployments that run on this machine, in the background, for this user.

``folder`` is what is kept of one, ``supervisor`` the process that runs one, ``steering`` what
commands do about one. They talk through files in the service's folder.
"""
