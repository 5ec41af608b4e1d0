"""What `import sim` offers: runs, and studies."""
