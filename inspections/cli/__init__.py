"""The command line.

What belongs here: options, progress, results in words and exit codes. What does not: what a command
does, which lies in the room that it is about.
"""
