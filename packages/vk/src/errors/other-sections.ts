/**
 * Codes of VK that no reader of walls should ever meet: of writing, and of sections that Otklik does not call. They are named so
 * that the table is whole; which section a code is of follows from its name in `errors.json` of the public schema.
 */
export const codesOfOtherSections: Readonly<Record<string, readonly number[]>> = {
  'uploads, albums and pages': [22, 105, 114, 118, 119, 121, 122, 129, 140, 150, 180, 300, 302, 1160],
  'writing and other things': [106, 146, 147, 221, 232, 243, 500, 800, 1260, 2000, 3102, 3800, 9999, 11101, 11102],
  friends: [171, 173, 174, 175, 176, 177, 242, 1170],
  polls: [250, 251, 252, 253],
  advertising: [600, 602, 603, 629, 630, 631, 632, 633, 634, 635, 636, 1900, 1901, 1902],
  'managing communities': [700, 701, 702, 703, 704, 706, 711, 714],
  messages: [
    900, 901, 902, 907, 908, 909, 910, 911, 912, 913, 914, 917, 919, 920, 921, 922, 924, 925, 927, 931, 932, 935, 936, 939, 940, 942, 943,
    944, 945, 946, 947, 949, 950, 962, 969, 970, 985, 987, 988, 990, 1009, 1010, 1011, 1012,
  ],
  documents: [1150, 1151, 1152, 1153, 1154, 1155],
  applications: [1251, 1256, 1257, 11003, 11004, 11005, 11006],
  'the market': [
    1400, 1402, 1403, 1404, 1405, 1406, 1407, 1408, 1409, 1410, 1411, 1412, 1413, 1414, 1415, 1416, 1417, 1418, 1419, 1421, 1423, 1424,
    1425, 1426, 1427, 1429, 1430, 1431, 1432, 1433, 1434, 1435, 1436, 1438, 1446, 1456, 1457, 1458, 1518, 1525, 1526,
  ],
  stories: [1600, 1602],
  stickers: [2100, 2101, 2102],
};
