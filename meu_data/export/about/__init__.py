"""What an export says about itself: card, datasheet, label tables, catalogue entry."""
