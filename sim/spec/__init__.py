"""What a scenario may say: frozen models, and the strict reader that fills them."""
