"""Many short texts in little memory: one run of bytes, and where each text ends."""

import numpy as np


class Names:
    """Texts in a fixed order; a list of a million would take ten times the memory."""

    def __init__(self, texts):
        encoded = [text.encode() for text in texts]
        self.bytes = b"".join(encoded)
        self.ends = np.cumsum([0, *map(len, encoded)]).astype(np.uint32)

    def __len__(self):
        return len(self.ends) - 1

    def __getitem__(self, number):
        return self.bytes[self.ends[number] : self.ends[number + 1]].decode()

    def __iter__(self):
        return map(self.__getitem__, range(len(self)))

    def find(self, text):
        """The number of a text, where they are sorted; None where it is not among them."""
        first, behind = 0, len(self)
        while first < behind:
            middle = (first + behind) // 2
            if self[middle] < text:
                first = middle + 1
            else:
                behind = middle
        return first if first < len(self) and self[first] == text else None
