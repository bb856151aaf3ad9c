/** Supergraphs to compare the executors on: between them they have everything that a plan can be made of. */
export type Graph = { readonly name: string; readonly subgraphs: Readonly<Record<string, string>> };

const link = (...names: readonly string[]): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [${names.map((name) => `"@${name}"`).join(', ')}])\n`;

/** Compound and nested keys, a chain of @requires, @provides, lists of lists, enums, input objects, mutations. */
const SHOP: Graph = {
  name: 'shop',
  subgraphs: {
    catalog: `${link('key', 'shareable')}
      scalar JSON
      enum Unit { MM CM INCH }
      enum Lang { EN DE }
      input Range { least: Int = 1, most: Int }
      input Filter { words: [String!], range: Range, unit: Unit, exact: Boolean = false }
      type Query {
        product(id: ID, filter: Filter): Product
        products(first: Int = 3, filter: Filter): [Product!]
        best: Product!
        matrix(size: Int): [[Product]]
        anything: JSON
        now: Float! @shareable
      }
      type Mutation { rename(id: ID!, title: String): Product, reprice(id: ID!, by: Float = 1.5): Product! }
      type Product @key(fields: "id") @key(fields: "sku org { id }") {
        id: ID! sku: String! org: Org!
        title(lang: Lang = EN, words: [String!]): String
        price: Float!
        tags: [String!]!
        related: [Product!]!
        grid: [[Product!]]!
        dims: Dims
        meta: JSON
        unit: Unit!
      }
      type Org @key(fields: "id") { id: ID! name: String, home: Place }
      type Place @key(fields: "code zone { id }") { code: String! zone: Zone! }
      type Zone @shareable { id: ID! label: String }
      type Dims @shareable { w: Int! h: Int unit: Unit! }
      `,
    stock: `${link('key', 'shareable')}
      type Query { place(code: String): Place, now: Float! @shareable, scarce: [Product] }
      type Mutation { move(code: String!, count: Int! = 1): Place }
      type Product @key(fields: "id") {
        id: ID!
        inStock: Boolean!
        quantity(at: String): Int!
        places: [[Place!]!]
        reserve: Product
      }
      type Place @key(fields: "code zone { id }") { code: String! zone: Zone! name: String! holds: [Product!], floor: Int }
      type Zone @shareable { id: ID! label: String }
      `,
    price: `${link('key', 'external', 'requires', 'shareable')}
      enum Unit { MM CM INCH }
      type Product @key(fields: "id") {
        id: ID!
        price: Float! @external
        unit: Unit! @external
        dims: Dims @external
        taxed: String @requires(fields: "price unit")
        freight: String! @requires(fields: "dims { w h unit } price")
      }
      type Dims @shareable { w: Int! h: Int unit: Unit! }
      `,
    offers: `${link('key', 'external', 'requires')}
      type Product @key(fields: "sku org { id }") {
        sku: String! org: Org!
        taxed: String @external
        related: [Product!]! @external
        offer: Offer @requires(fields: "taxed related { sku }")
        slogan(loud: Boolean = false): String! @requires(fields: "taxed")
      }
      type Org @key(fields: "id") { id: ID!, slogan: String! }
      type Offer { label: String! from: Product! orgs: [Org] }
      `,
    reviews: `${link('key', 'external', 'provides', 'requires')}
      type Query { review(id: ID): Review, latest(first: Int = 2): [Review!]! }
      type Mutation { post(text: String!, stars: Int = 5): Review! }
      type Review @key(fields: "id") { id: ID! text: String author: User @provides(fields: "name") product: Product! stars: Int! }
      type User @key(fields: "id") { id: ID! name: String @external nick: String @external reviews(first: Int): [Review!]! greeting: String @requires(fields: "nick") }
      type Product @key(fields: "id") { id: ID! reviews(first: Int): [Review] score: Float }
      `,
    accounts: `${link('key', 'shareable')}
      type Query { me: User, users: [User]! }
      type User @key(fields: "id") @key(fields: "mail") { id: ID! mail: String! name: String @shareable nick: String boss: User team: [User!]! }
      `,
    mailing: `${link('key')}
      type User @key(fields: "mail") { mail: String! letters: Int! friends: [[User]] }
      `,
  },
};

/** Interfaces, unions and an interface that one subgraph knows as an object. */
const MEDIA: Graph = {
  name: 'media',
  subgraphs: {
    library: `${link('key', 'shareable')}
      type Query { media(first: Int): [Media] medium(id: ID): Media search(text: String = "x"): [Found!]! book: Book! shelf: Shelf anything: Named }
      interface Media @key(fields: "id") { id: ID! title: String pages: Int! }
      interface Named { label: String }
      type Book implements Media & Named @key(fields: "id") { id: ID! title: String pages: Int! label: String author: Person isbn: String }
      type Film implements Media & Named @key(fields: "id") { id: ID! title: String pages: Int! label: String cast: [Person!]! minutes: Int! }
      type Song implements Media @key(fields: "id") { id: ID! title: String pages: Int! by: Artist! }
      type Person implements Named @key(fields: "id") { id: ID! label: String name: String! }
      type Band @key(fields: "id") { id: ID! name: String! members: [Person] }
      union Artist = Person | Band
      union Found = Book | Film | Person | Band
      type Shelf { title: String content: [[Media!]] best: Media! }
      `,
    ratings: `${link('key', 'interfaceObject')}
      type Query { rated: [Media!] }
      type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int! notes: [Note!] similar: [Media] twin: Media! }
      type Note { text: String on: Media by: Person }
      type Person @key(fields: "id") { id: ID! }
      `,
    shop: `${link('key', 'external', 'requires')}
      type Query { sale: [Item] }
      interface Item { code: String! cost: Float }
      type Book implements Item @key(fields: "id") { id: ID! code: String! cost: Float pages: Int! @external blurb: String! @requires(fields: "pages") next: Book }
      type Film implements Item @key(fields: "id") { id: ID! code: String! cost: Float seats: [Int] }
      type Gift implements Item { code: String! cost: Float wraps: Item }
      `,
    people: `${link('key')}
      type Query { person(id: ID): Person }
      type Person @key(fields: "id") { id: ID! born: Int knows: [Person!] likes: Liked }
      type Band @key(fields: "id") { id: ID! founded: Int! fans: [Person]! }
      type Book @key(fields: "id") { id: ID! readers: [Person!]! }
      union Liked = Person | Band | Book
      `,
  },
};

/** Promises across subgraphs: what one of them breaks goes up through the objects of the others. */
const PROMISES: Graph = {
  name: 'promises',
  subgraphs: {
    one: `${link('key', 'shareable')}
      type Query { a: A! maybe: A all: [A!]! some: [A]! value: Value @shareable self: Query @shareable }
      type Mutation { make(name: String! = "n"): Made! }
      type Made { a: A query: Query }
      type A @key(fields: "id") { id: ID! name: String! b: B! bs: [B!] deep: [[B!]!]! value: Value! @shareable }
      type B @key(fields: "id") { id: ID! }
      type Value @shareable { x: Int! y: String inner: Inner! }
      type Inner @shareable { k: Int! }
      `,
    two: `${link('key', 'shareable')}
      type Query { b: B! value: Value @shareable }
      type A @key(fields: "id") { id: ID! rank: Int! c: C! value: Value! @shareable }
      type B @key(fields: "id") { id: ID! size: Int! note: String c: C! owner: A back: [A!]! }
      type C @key(fields: "id code") { id: ID! code: Int! label: String! }
      type Value @shareable { x: Int! z: Boolean! inner: Inner! }
      type Inner @shareable { k: Int! m: String }
      `,
    three: `${link('key')}
      type A @key(fields: "id") { id: ID! last: String! peers: [A!]! }
      type C @key(fields: "id code") { id: ID! code: Int! weight: Float! a: A! cs: [C] }
      `,
  },
};

/** Fields of one name whose types differ by subgraph: the planner keeps them apart with aliases of its own. */
const ALIASED: Graph = {
  name: 'aliased',
  subgraphs: {
    first: `${link('key', 'shareable')}
      type Query { things: [Thing] thing: Thing either: Either }
      interface Thing { id: ID! }
      union Either = Red | Blue
      type Red implements Thing @key(fields: "id") { id: ID! size: String! @shareable tone: [Tone!]! @shareable other: Blue }
      type Blue implements Thing @key(fields: "id") { id: ID! size: String @shareable tone: [Tone] @shareable other: Red! }
      type Tone @shareable { hue: Int! depth: Float }
      `,
    second: `${link('key', 'shareable')}
      type Red @key(fields: "id") { id: ID! size: String @shareable tone: [Tone] @shareable warm: String! }
      type Blue @key(fields: "id") { id: ID! size: String @shareable cold: String pair: [Red!] tone: [Tone] @shareable }
      type Tone @shareable { hue: Int! depth: Float }
      `,
  },
};

export const GRAPHS: readonly Graph[] = [SHOP, MEDIA, PROMISES, ALIASED];
