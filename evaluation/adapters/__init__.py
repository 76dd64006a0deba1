"""Readers for other sets: chat logs, lists of questions, documents with noise, tasks with their own shop."""
