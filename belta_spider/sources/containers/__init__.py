"""Files that hold other files: zip and WACZ, tar, and the mails that browsers save pages as."""
