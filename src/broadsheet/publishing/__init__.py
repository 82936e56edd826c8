"""Publishing: an archive made into something that others read without Broadsheet."""
