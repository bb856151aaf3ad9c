/** German cities with the coordinates of their centre: distances between the simulated stores are real ones. */
export type City = {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  /** Lowest postal code of the centre; branches get the ones that follow. */
  readonly postalBase: number;
};

const city = (name: string, latitude: number, longitude: number, postalBase: number): City => ({
  name,
  latitude,
  longitude,
  postalBase,
});

/** The first three are the cities of the flagship stores. */
export const CITIES: readonly City[] = [
  city('Berlin', 52.52, 13.405, 10115),
  city('Hamburg', 53.5511, 9.9937, 20095),
  city('München', 48.1374, 11.5755, 80331),
  city('Köln', 50.9375, 6.9603, 50667),
  city('Frankfurt am Main', 50.1109, 8.6821, 60311),
  city('Stuttgart', 48.7758, 9.1829, 70173),
  city('Düsseldorf', 51.2277, 6.7735, 40210),
  city('Leipzig', 51.3397, 12.3731, 4103),
  city('Dortmund', 51.5136, 7.4653, 44135),
  city('Essen', 51.4556, 7.0116, 45127),
  city('Bremen', 53.0793, 8.8017, 28195),
  city('Dresden', 51.0504, 13.7373, 1067),
  city('Hannover', 52.3759, 9.732, 30159),
  city('Nürnberg', 49.4521, 11.0767, 90402),
  city('Duisburg', 51.4344, 6.7623, 47051),
  city('Bochum', 51.4818, 7.2162, 44787),
  city('Wuppertal', 51.2562, 7.1508, 42103),
  city('Bielefeld', 52.0302, 8.5325, 33602),
  city('Bonn', 50.7374, 7.0982, 53111),
  city('Münster', 51.9607, 7.6261, 48143),
  city('Karlsruhe', 49.0069, 8.4037, 76131),
  city('Mannheim', 49.4875, 8.466, 68159),
  city('Augsburg', 48.3705, 10.8978, 86150),
  city('Wiesbaden', 50.0782, 8.2398, 65183),
  city('Braunschweig', 52.2689, 10.5268, 38100),
  city('Kiel', 54.3233, 10.1228, 24103),
  city('Chemnitz', 50.8278, 12.9214, 9111),
  city('Aachen', 50.7753, 6.0839, 52062),
  city('Magdeburg', 52.1205, 11.6276, 39104),
  city('Freiburg im Breisgau', 47.999, 7.8421, 79098),
  city('Lübeck', 53.8655, 10.6866, 23552),
  city('Erfurt', 50.9848, 11.0299, 99084),
  city('Mainz', 49.9929, 8.2473, 55116),
  city('Rostock', 54.0924, 12.0991, 18055),
  city('Kassel', 51.3127, 9.4797, 34117),
  city('Saarbrücken', 49.2402, 6.9969, 66111),
  city('Regensburg', 49.0134, 12.1016, 93047),
  city('Würzburg', 49.7913, 9.9534, 97070),
  city('Ulm', 48.4011, 9.9876, 89073),
  city('Oldenburg', 53.1435, 8.2146, 26121),
];

export const STREETS: readonly string[] = [
  'Hauptstraße',
  'Marktplatz',
  'Bahnhofstraße',
  'Lindenallee',
  'Rathausgasse',
  'Kirchweg',
  'Gartenstraße',
  'Ringstraße',
  'Schillerstraße',
  'Goetheplatz',
  'Mühlenweg',
  'Schlossstraße',
];

export const postalCodeOf = (home: City, branch: number): string =>
  String(home.postalBase + 2 * branch).padStart(5, '0');
