"""The action plan with which the prison service answers an inspection."""
