"""What Tagwire remembers: sources, articles, stories, chats, subscriptions, deliveries."""
