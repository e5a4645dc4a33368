/** Characters of a destination as it is given, and of its normal form, which goes out in a header. */
export const MAX_DESTINATION_CHARACTERS = 2_048;
