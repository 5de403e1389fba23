"""The page at ``/docs`` (option ``--docs``): what the API takes and gives, and a form to try it."""
