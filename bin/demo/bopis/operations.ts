/** What the web shop, its customers' browsers and the store's staff ask of the graph. */

export const AT_STORE = `query AtStore($sku: String!, $store: ID!) {
  availability(skus: [$sku], context: { channel: "web", purpose: DETAIL, locationIds: [$store], methods: [PICKUP_IN_STORE] }) {
    status display { code quantity } sellableQuantity
    variant { title }
  }
}`;
export type AtStore = {
  readonly availability: readonly {
    readonly status: string;
    readonly display: { readonly code: string; readonly quantity: number | null };
    readonly sellableQuantity: number | null;
    readonly variant: { readonly title: string } | null;
  }[];
};

export const RESERVE = `mutation Reserve($sku: String!, $store: ID!, $key: String!) {
  reserveStock(input: {
    idempotencyKey: $key, items: [{ sku: $sku, quantity: 1 }], locationId: $store
    context: { channel: "web", methods: [PICKUP_IN_STORE] }
  }) {
    reservation { id state expiresAt }
    shortages { sku requested fulfillable shortage }
    userErrors { code message }
  }
}`;
export type Reserve = {
  readonly reserveStock: {
    readonly reservation: { readonly id: string; readonly state: string; readonly expiresAt: string } | null;
    readonly shortages: readonly {
      readonly sku: string;
      readonly requested: number;
      readonly fulfillable: number;
      readonly shortage: number;
    }[];
    readonly userErrors: readonly { readonly code: string; readonly message: string }[];
  };
};

export const NEAREST = `query Nearest($sku: String!, $store: ID!) {
  nearestStores(near: { locationId: $store }, items: [{ sku: $sku, quantity: 1 }], onlyWithStock: true, radiusKm: 1000, first: 1) {
    edges { node { location { id name } distanceKm allItemsAvailable pickup { readyFrom } } }
  }
}`;
export type StoreOffer = {
  readonly location: { readonly id: string; readonly name: string };
  readonly distanceKm: number;
  readonly pickup: { readonly readyFrom: string } | null;
  readonly allItemsAvailable: boolean;
};
export type Nearest = { readonly nearestStores: { readonly edges: readonly { readonly node: StoreOffer }[] } };

export const POSITION = `query Position($sku: String!, $store: ID!) {
  explainAvailability(sku: $sku, locationId: $store, context: { channel: "web" }) {
    positions { location { id } position { onHand reservedSoft unpostedDemand sellable } }
  }
}`;
export type Position = {
  readonly onHand: number;
  readonly reservedSoft: number;
  readonly unpostedDemand: number;
  readonly sellable: number;
};
export type Explained = {
  readonly explainAvailability: {
    readonly positions: readonly {
      readonly location: { readonly id: string } | null;
      readonly position: Position | null;
    }[];
  };
};

export const ORDERS = `{ orders(first: 100) { edges { node { id number status } } } }`;
export type Orders = {
  readonly orders: {
    readonly edges: readonly {
      readonly node: { readonly id: string; readonly number: string; readonly status: string };
    }[];
  };
};

export const FOLLOW = `subscription Follow($id: ID!) {
  orderStatus(orderId: $id) {
    __typename
    ... on OrderSnapshot { order { status } }
    ... on OrderStatusChanged { status type }
  }
}`;
export type Followed = {
  readonly orderStatus: {
    readonly __typename: string;
    readonly status?: string;
    readonly type?: string;
    readonly order?: { readonly status: string };
  };
};

export const TASKS = `query Tasks($store: ID!) {
  storePickupTasks(locationId: $store, states: [REQUESTED, ACCEPTED, PICKING]) { edges { node { id orderReference state } } }
}`;
export type Tasks = {
  readonly storePickupTasks: {
    readonly edges: readonly {
      readonly node: { readonly id: string; readonly orderReference: string; readonly state: string };
    }[];
  };
};

export const READY = `mutation Ready($task: ID!, $key: String!) {
  markReadyForPickup(input: { taskId: $task, idempotencyKey: $key }) { task { state } userErrors { code message } }
}`;
export const COLLECTED = `mutation Collected($task: ID!, $key: String!) {
  confirmCollected(input: { taskId: $task, idempotencyKey: $key }) { task { state } userErrors { code message } }
}`;
export type Operated = Readonly<
  Record<
    string,
    {
      readonly task: { readonly state: string } | null;
      readonly userErrors: readonly { readonly code: string; readonly message: string }[];
    }
  >
>;
