"""Evidence that is NOT proof: accuracy on a random sample.  Nothing here is used by a proof, or becomes part of one."""
