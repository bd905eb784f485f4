"""What pages of the portal share: drawings, answers for programs, what is asked once."""
