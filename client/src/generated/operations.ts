// Written by `npm run generate` from the contract of the platform. Not to be changed by hand.

/** What each call takes and gives, by the name that the OpenAPI document has for it. */
export type Operations = {
  /** Whether the process is alive */
  getLivez: {
    path: undefined;
    query: undefined;
    body: undefined;
    response: { status: string };
  };

  /** Whether the platform can do its work */
  getReadyz: {
    path: undefined;
    query: { verbose?: string };
    body: undefined;
    response: { status: string; checks?: Array<{ name: string; state: string; durationMs: number }> };
  };

  /** Sign in with a one-time link */
  postSessions: {
    path: undefined;
    query: undefined;
    body: { token: string };
    response: {
      id: string;
      role: "operator" | "merchant";
      merchantId: string | null;
      createdAt: string;
      expiresAt: string;
    };
  };

  /** Sessions in force */
  getSessions: {
    path: undefined;
    query: { limit?: number; after?: string; before?: string };
    body: undefined;
    response: {
      items: Array<{
        id: string;
        role: "operator" | "merchant";
        merchantId: string | null;
        createdAt: string;
        expiresAt: string;
      }>;
      hasMore: boolean;
    };
  };

  /** Who am I */
  getSessionsCurrent: {
    path: undefined;
    query: undefined;
    body: undefined;
    response: {
      role: "operator" | "merchant";
      names: { zh: string; en: string };
      merchantId: string | null;
      proof: "session" | "key";
      credentialId: string;
      expiresAt: string | null;
    };
  };

  /** Sign out */
  deleteSessionsCurrent: {
    path: undefined;
    query: undefined;
    body: undefined;
    response: undefined;
  };

  /** End a session at once */
  deleteSessionsId: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: undefined;
  };

  /** Make a one-time sign-in link */
  postSignInLinks: {
    path: undefined;
    query: undefined;
    body: { merchantId?: string };
    response: { url: string; expiresAt: string };
  };

  /** Make a key */
  postCredentials: {
    path: undefined;
    query: undefined;
    body: { name: string; merchantId?: string };
    response: {
      id: string;
      role: "operator" | "merchant";
      merchantId: string | null;
      name: string;
      lastFour: string;
      createdAt: string;
      revokedAt: string | null;
      key: string;
    };
  };

  /** Keys, newest first */
  getCredentials: {
    path: undefined;
    query: { limit?: number; after?: string; before?: string; merchantId?: string };
    body: undefined;
    response: {
      items: Array<{
        id: string;
        role: "operator" | "merchant";
        merchantId: string | null;
        name: string;
        lastFour: string;
        createdAt: string;
        revokedAt: string | null;
      }>;
      hasMore: boolean;
    };
  };

  /** Revoke a key: refused here at once, by other processes within a second */
  deleteCredentialsId: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: undefined;
  };

  /** Create a terminal */
  postTerminals: {
    path: undefined;
    query: undefined;
    body: {
      merchantId?: string;
      storeId: string;
      name: string;
      no: string;
      kind: "cashier" | "soundbox";
      announce?: "own" | "store" | "none";
    };
    response: {
      id: string;
      merchantId: string;
      storeId: string;
      name: string;
      no: string;
      kind: "cashier" | "soundbox";
      state: "created" | "active" | "suspended";
      announce: "own" | "store" | "none";
      model: string | null;
      appVersion: string | null;
      online: boolean;
      lastSeenAt: string | null;
      telemetry: {
        at: string;
        clockOffsetSeconds: number;
        appVersion?: string;
        model?: string;
        batteryPercent?: number;
        charging?: boolean;
        network?: "ethernet" | "wifi" | "cellular" | "unknown";
        rssiDbm?: number;
        volumePercent?: number;
        muted?: boolean;
        scannerDecodePercent?: number;
        waitingArrivals?: number;
      } | null;
      createdAt: string;
      activatedAt: string | null;
    };
  };

  /** List terminals with their presence, newest first */
  getTerminals: {
    path: undefined;
    query: {
      limit?: number;
      after?: string;
      before?: string;
      merchantId?: string;
      storeId?: string;
      state?: "created" | "active" | "suspended";
    };
    body: undefined;
    response: {
      items: Array<{
        id: string;
        merchantId: string;
        storeId: string;
        name: string;
        no: string;
        kind: "cashier" | "soundbox";
        state: "created" | "active" | "suspended";
        announce: "own" | "store" | "none";
        model: string | null;
        appVersion: string | null;
        online: boolean;
        lastSeenAt: string | null;
        telemetry: {
          at: string;
          clockOffsetSeconds: number;
          appVersion?: string;
          model?: string;
          batteryPercent?: number;
          charging?: boolean;
          network?: "ethernet" | "wifi" | "cellular" | "unknown";
          rssiDbm?: number;
          volumePercent?: number;
          muted?: boolean;
          scannerDecodePercent?: number;
          waitingArrivals?: number;
        } | null;
        createdAt: string;
        activatedAt: string | null;
      }>;
      hasMore: boolean;
    };
  };

  /** Suspend, resume or rename a terminal, or change what it announces */
  patchTerminalsId: {
    path: { id: string };
    query: undefined;
    body: { state?: "active" | "suspended"; name?: string; announce?: "own" | "store" | "none" };
    response: {
      id: string;
      merchantId: string;
      storeId: string;
      name: string;
      no: string;
      kind: "cashier" | "soundbox";
      state: "created" | "active" | "suspended";
      announce: "own" | "store" | "none";
      model: string | null;
      appVersion: string | null;
      online: boolean;
      lastSeenAt: string | null;
      telemetry: {
        at: string;
        clockOffsetSeconds: number;
        appVersion?: string;
        model?: string;
        batteryPercent?: number;
        charging?: boolean;
        network?: "ethernet" | "wifi" | "cellular" | "unknown";
        rssiDbm?: number;
        volumePercent?: number;
        muted?: boolean;
        scannerDecodePercent?: number;
        waitingArrivals?: number;
      } | null;
      createdAt: string;
      activatedAt: string | null;
    };
  };

  /** One terminal with its presence and newest telemetry */
  getTerminalsId: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      id: string;
      merchantId: string;
      storeId: string;
      name: string;
      no: string;
      kind: "cashier" | "soundbox";
      state: "created" | "active" | "suspended";
      announce: "own" | "store" | "none";
      model: string | null;
      appVersion: string | null;
      online: boolean;
      lastSeenAt: string | null;
      telemetry: {
        at: string;
        clockOffsetSeconds: number;
        appVersion?: string;
        model?: string;
        batteryPercent?: number;
        charging?: boolean;
        network?: "ethernet" | "wifi" | "cellular" | "unknown";
        rssiDbm?: number;
        volumePercent?: number;
        muted?: boolean;
        scannerDecodePercent?: number;
        waitingArrivals?: number;
      } | null;
      createdAt: string;
      activatedAt: string | null;
    };
  };

  /** A one-time code with which a device becomes this terminal */
  postTerminalsIdActivationCodes: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: { terminalId: string; activationCode: string; expiresAt: string };
  };

  /** Bind a device: the code is the proof, the key is the device's from now on */
  postTerminalsActivate: {
    path: undefined;
    query: undefined;
    body: { activationCode: string; publicKey: string; model?: string; appVersion?: string };
    response: {
      terminal: {
        id: string;
        merchantId: string;
        storeId: string;
        name: string;
        no: string;
        kind: "cashier" | "soundbox";
        state: "created" | "active" | "suspended";
        announce: "own" | "store" | "none";
        model: string | null;
        appVersion: string | null;
        online: boolean;
        lastSeenAt: string | null;
        telemetry: {
          at: string;
          clockOffsetSeconds: number;
          appVersion?: string;
          model?: string;
          batteryPercent?: number;
          charging?: boolean;
          network?: "ethernet" | "wifi" | "cellular" | "unknown";
          rssiDbm?: number;
          volumePercent?: number;
          muted?: boolean;
          scannerDecodePercent?: number;
          waitingArrivals?: number;
        } | null;
        createdAt: string;
        activatedAt: string | null;
      };
      serverTime: string;
    };
  };

  /** The platform's time, for devices whose clock is wrong */
  getTime: {
    path: undefined;
    query: undefined;
    body: undefined;
    response: { now: string };
  };

  /** Whose counter the terminal stands on, as receipts say it */
  getTerminalsIdPlace: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      terminalName: string;
      terminalNo: string;
      merchantNames: { zh: string; en: string };
      storeNames: { zh: string; en: string };
      storeAddress: string;
    };
  };

  /** What the terminal reported and when it was connected, newest first */
  getTerminalsIdTelemetry: {
    path: { id: string };
    query: { limit?: number };
    body: undefined;
    response: {
      reports: Array<{
        at: string;
        clockOffsetSeconds: number;
        appVersion?: string;
        model?: string;
        batteryPercent?: number;
        charging?: boolean;
        network?: "ethernet" | "wifi" | "cellular" | "unknown";
        rssiDbm?: number;
        volumePercent?: number;
        muted?: boolean;
        scannerDecodePercent?: number;
        waitingArrivals?: number;
      }>;
      sessions: Array<{
        id: string;
        openedAt: string;
        closedAt: string | null;
        closeReason: string | null;
        detail: string | null;
        transport: string;
      }>;
    };
  };

  /** Set the manager's code of a store; it replaces the one before and ends a lock */
  putStoresStoreIdManagerCode: {
    path: { storeId: string };
    query: undefined;
    body: { merchantId?: string; code: string };
    response: { storeId: string; setAt: string; lockedUntil: string | null };
  };

  /** When the manager's code of a store was set, and until when it is locked; not found where none is set */
  getStoresStoreIdManagerCode: {
    path: { storeId: string };
    query: undefined;
    body: undefined;
    response: { storeId: string; setAt: string; lockedUntil: string | null };
  };

  /** Asked by an external broker: may this client connect? A password is good for one question */
  postBrokerAuthentications: {
    path: undefined;
    query: undefined;
    body: { clientid: string; username: string; password: string };
    response: { result: "allow" | "deny" | "ignore" };
  };

  /** Asked by an external broker: may this client use this topic? */
  postBrokerAuthorizations: {
    path: undefined;
    query: undefined;
    body: { clientid: string; topic: string; action: "publish" | "subscribe" };
    response: { result: "allow" | "deny" | "ignore" };
  };

  /** Create a merchant */
  postMerchants: {
    path: undefined;
    query: undefined;
    body: {
      number?: string;
      names: { zh: string; en: string };
      mcc: string;
      region: string;
      fees: {
        alipay: number;
        huabei?: number;
        huabeiInstalment3?: number;
        huabeiInstalment6?: number;
        huabeiInstalment12?: number;
        wechat?: number;
        unionpay?: number;
      };
    };
    response: {
      id: string;
      number: string;
      names: { zh: string; en: string };
      mcc: string;
      region: string;
      state: "active" | "suspended" | "closed";
      creditAcceptance: "accepted" | "refused";
      createdAt: string;
    };
  };

  /** List merchants, newest first */
  getMerchants: {
    path: undefined;
    query: { limit?: number; after?: string; search?: string };
    body: undefined;
    response: {
      items: Array<{
        id: string;
        number: string;
        names: { zh: string; en: string };
        mcc: string;
        region: string;
        state: "active" | "suspended" | "closed";
        creditAcceptance: "accepted" | "refused";
        createdAt: string;
      }>;
      hasMore: boolean;
    };
  };

  /** Announce a rate from a future moment on */
  postMerchantsIdFees: {
    path: { id: string };
    query: undefined;
    body: {
      product:
        | "alipay"
        | "huabei"
        | "huabeiInstalment3"
        | "huabeiInstalment6"
        | "huabeiInstalment12"
        | "wechat"
        | "unionpay";
      rateBasisPoints: number;
      validFrom: string;
    };
    response: {
      product:
        | "alipay"
        | "huabei"
        | "huabeiInstalment3"
        | "huabeiInstalment6"
        | "huabeiInstalment12"
        | "wechat"
        | "unionpay";
      rateBasisPoints: number;
      validFrom: string;
    };
  };

  /** One merchant with stores, accounts and fees */
  getMerchantsId: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      id: string;
      number: string;
      names: { zh: string; en: string };
      mcc: string;
      region: string;
      state: "active" | "suspended" | "closed";
      creditAcceptance: "accepted" | "refused";
      createdAt: string;
      stores: Array<{
        id: string;
        merchantId: string;
        no: string;
        names: { zh: string; en: string };
        address: string;
        createdAt: string;
      }>;
      channelAccounts: Array<{
        channel: "alipay" | "wechat" | "unionpay";
        state: "active" | "disabled";
        version: number;
        updatedAt: string;
      }>;
      fees: Array<{
        product:
          | "alipay"
          | "huabei"
          | "huabeiInstalment3"
          | "huabeiInstalment6"
          | "huabeiInstalment12"
          | "wechat"
          | "unionpay";
        rateBasisPoints: number;
        validFrom: string;
      }>;
    };
  };

  /** Add a store */
  postMerchantsIdStores: {
    path: { id: string };
    query: undefined;
    body: { no: string; names: { zh: string; en: string }; address: string };
    response: {
      id: string;
      merchantId: string;
      no: string;
      names: { zh: string; en: string };
      address: string;
      createdAt: string;
    };
  };

  /** The stores of a merchant */
  getMerchantsIdStores: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      items: Array<{
        id: string;
        merchantId: string;
        no: string;
        names: { zh: string; en: string };
        address: string;
        createdAt: string;
      }>;
    };
  };

  /** The channels of this installation, with the fields of their set-up forms */
  getChannels: {
    path: undefined;
    query: undefined;
    body: undefined;
    response: {
      items: Array<{
        code: "alipay" | "wechat" | "unionpay";
        names: { zh: string; en: string };
        products: Array<{ code: string; names: { zh: string; en: string } }>;
        amountMin: number;
        amountMax: number;
        fields: Array<{
          key: string;
          label: { zh: string; en: string };
          help: { zh: string; en: string };
          secret: boolean;
          pattern: string;
          presence: "required" | "optional" | "mode";
        }>;
        modes: Array<{
          code: string;
          label: { zh: string; en: string };
          help: { zh: string; en: string };
          fields: Array<string>;
        }>;
      }>;
    };
  };

  /** Configure a channel account, once the channel accepts it; secrets are written, never read */
  putMerchantsIdChannelAccountsChannel: {
    path: { id: string; channel: "alipay" | "wechat" | "unionpay" };
    query: undefined;
    body: { state?: "active" | "disabled"; config: Record<string, string>; reason: string };
    response: {
      channel: "alipay" | "wechat" | "unionpay";
      state: "active" | "disabled";
      version: number;
      updatedAt: string;
      config: Record<string, string>;
      secretsSet: Array<string>;
      history: Array<{
        version: number;
        state: "active" | "disabled";
        changedKeys: Array<string>;
        actor: string;
        reason: string;
        at: string;
      }>;
    };
  };

  /** A channel account without its secrets */
  getMerchantsIdChannelAccountsChannel: {
    path: { id: string; channel: "alipay" | "wechat" | "unionpay" };
    query: undefined;
    body: undefined;
    response: {
      channel: "alipay" | "wechat" | "unionpay";
      state: "active" | "disabled";
      version: number;
      updatedAt: string;
      config: Record<string, string>;
      secretsSet: Array<string>;
      history: Array<{
        version: number;
        state: "active" | "disabled";
        changedKeys: Array<string>;
        actor: string;
        reason: string;
        at: string;
      }>;
    };
  };

  /** Try a configuration out at the channel; stores nothing and moves no money */
  postMerchantsIdChannelAccountsChannelProbe: {
    path: { id: string; channel: "alipay" | "wechat" | "unionpay" };
    query: undefined;
    body: { config: Record<string, string> };
    response: {
      outcome: "ready" | "refused";
      finding: {
        code: string;
        field: string | null;
        title: { zh: string; en: string };
        next: { zh: string; en: string };
      } | null;
      channelCode: string | null;
      channelMessage: string | null;
      warnings: Array<{
        code: string;
        field: string | null;
        title: { zh: string; en: string };
        next: { zh: string; en: string };
      }>;
    };
  };

  /** Every account of a merchant at a channel by its route */
  getMerchantsIdChannelAccountsChannelRoutes: {
    path: { id: string; channel: "alipay" | "wechat" | "unionpay" };
    query: undefined;
    body: undefined;
    response: {
      items: Array<{
        channel: "alipay" | "wechat" | "unionpay";
        route: string;
        state: "active" | "disabled";
        version: number;
        updatedAt: string;
      }>;
    };
  };

  /** The account of one route without its secrets */
  getMerchantsIdChannelAccountsChannelRoutesRoute: {
    path: { id: string; channel: "alipay" | "wechat" | "unionpay"; route: string };
    query: undefined;
    body: undefined;
    response: {
      channel: "alipay" | "wechat" | "unionpay";
      state: "active" | "disabled";
      version: number;
      updatedAt: string;
      config: Record<string, string>;
      secretsSet: Array<string>;
      history: Array<{
        version: number;
        state: "active" | "disabled";
        changedKeys: Array<string>;
        actor: string;
        reason: string;
        at: string;
      }>;
      route: string;
    };
  };

  /** Configure a further account at a channel, once the channel accepts it */
  putMerchantsIdChannelAccountsChannelRoutesRoute: {
    path: { id: string; channel: "alipay" | "wechat" | "unionpay"; route: string };
    query: undefined;
    body: { state?: "active" | "disabled"; config: Record<string, string>; reason: string };
    response: {
      channel: "alipay" | "wechat" | "unionpay";
      route: string;
      state: "active" | "disabled";
      version: number;
      updatedAt: string;
    };
  };

  /** Try the account of one route out at the channel, stored or not yet; stores nothing and moves no money */
  postMerchantsIdChannelAccountsChannelRoutesRouteProbe: {
    path: { id: string; channel: "alipay" | "wechat" | "unionpay"; route: string };
    query: undefined;
    body: { config: Record<string, string> };
    response: {
      outcome: "ready" | "refused";
      finding: {
        code: string;
        field: string | null;
        title: { zh: string; en: string };
        next: { zh: string; en: string };
      } | null;
      channelCode: string | null;
      channelMessage: string | null;
      warnings: Array<{
        code: string;
        field: string | null;
        title: { zh: string; en: string };
        next: { zh: string; en: string };
      }>;
    };
  };

  /** Every product with its state and history */
  getMerchantsIdCapabilities: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      items: Array<{
        id: string;
        merchantId: string;
        channel: "alipay" | "wechat" | "unionpay";
        product: "alipay" | "huabei" | "huabeiInstalment" | "wechat" | "unionpay";
        state: "notApplied" | "applying" | "enabled" | "rejected" | "suspended" | "closed";
        source: "operator" | "merchant" | "channel" | "system";
        reason: string | null;
        changedAt: string;
        live: {
          state: ("notApplied" | "applying" | "enabled" | "rejected" | "suspended" | "closed") | null;
          reason: string | null;
          problem: string | null;
          askedAt: string;
        } | null;
        history: Array<{
          version: number;
          stateBefore: ("notApplied" | "applying" | "enabled" | "rejected" | "suspended" | "closed") | null;
          state: "notApplied" | "applying" | "enabled" | "rejected" | "suspended" | "closed";
          source: "operator" | "merchant" | "channel" | "system";
          reason: string | null;
          actor: string;
          at: string;
        }>;
      }>;
    };
  };

  /** Open, suspend, resume or close a product */
  postMerchantsIdCapabilitiesProduct: {
    path: { id: string; product: "alipay" | "huabei" | "huabeiInstalment" | "wechat" | "unionpay" };
    query: undefined;
    body: { action: "open" | "suspend" | "resume" | "close"; reason?: string };
    response: {
      id: string;
      merchantId: string;
      channel: "alipay" | "wechat" | "unionpay";
      product: "alipay" | "huabei" | "huabeiInstalment" | "wechat" | "unionpay";
      state: "notApplied" | "applying" | "enabled" | "rejected" | "suspended" | "closed";
      source: "operator" | "merchant" | "channel" | "system";
      reason: string | null;
      changedAt: string;
      live: {
        state: ("notApplied" | "applying" | "enabled" | "rejected" | "suspended" | "closed") | null;
        reason: string | null;
        problem: string | null;
        askedAt: string;
      } | null;
      history: Array<{
        version: number;
        stateBefore: ("notApplied" | "applying" | "enabled" | "rejected" | "suspended" | "closed") | null;
        state: "notApplied" | "applying" | "enabled" | "rejected" | "suspended" | "closed";
        source: "operator" | "merchant" | "channel" | "system";
        reason: string | null;
        actor: string;
        at: string;
      }>;
    };
  };

  /** Take money that the payer borrows, or refuse it */
  putMerchantsIdCreditAcceptance: {
    path: { id: string };
    query: undefined;
    body: { creditAcceptance: "accepted" | "refused"; reason: string };
    response: {
      creditAcceptance: "accepted" | "refused";
      history: Array<{ creditAcceptance: "accepted" | "refused"; actor: string; reason: string; at: string }>;
    };
  };

  /** Whether the merchant takes credit, and who decided so */
  getMerchantsIdCreditAcceptance: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      creditAcceptance: "accepted" | "refused";
      history: Array<{ creditAcceptance: "accepted" | "refused"; actor: string; reason: string; at: string }>;
    };
  };

  /** Announce a maintenance window */
  postMaintenanceWindows: {
    path: undefined;
    query: undefined;
    body: {
      scope: "own" | "alipay" | "wechat" | "unionpay";
      method?: "alipay" | "huabei" | "wechat" | "unionpay";
      route?: string;
      bank?: string;
      plannedFrom: string;
      plannedTo: string;
      texts: { zh: string; en: string };
    };
    response: {
      id: string;
      scope: "own" | "alipay" | "wechat" | "unionpay";
      method: ("alipay" | "huabei" | "wechat" | "unionpay") | null;
      route: string | null;
      bank: string | null;
      standing: "planned" | "open" | "over";
      plannedFrom: string;
      plannedTo: string;
      actualFrom: string | null;
      actualTo: string | null;
      texts: { zh: string; en: string };
      createdAt: string;
    };
  };

  /** Maintenance windows, newest first */
  getMaintenanceWindows: {
    path: undefined;
    query: { limit?: number; after?: string };
    body: undefined;
    response: {
      items: Array<{
        id: string;
        scope: "own" | "alipay" | "wechat" | "unionpay";
        method: ("alipay" | "huabei" | "wechat" | "unionpay") | null;
        route: string | null;
        bank: string | null;
        standing: "planned" | "open" | "over";
        plannedFrom: string;
        plannedTo: string;
        actualFrom: string | null;
        actualTo: string | null;
        texts: { zh: string; en: string };
        createdAt: string;
      }>;
      hasMore: boolean;
    };
  };

  /** Put right when a window really began and ended */
  patchMaintenanceWindowsId: {
    path: { id: string };
    query: undefined;
    body: { actualFrom: string | null; actualTo: string | null };
    response: {
      id: string;
      scope: "own" | "alipay" | "wechat" | "unionpay";
      method: ("alipay" | "huabei" | "wechat" | "unionpay") | null;
      route: string | null;
      bank: string | null;
      standing: "planned" | "open" | "over";
      plannedFrom: string;
      plannedTo: string;
      actualFrom: string | null;
      actualTo: string | null;
      texts: { zh: string; en: string };
      createdAt: string;
    };
  };

  /** Begin, end or call off a window now, by the clock of the platform */
  postMaintenanceWindowsIdSteps: {
    path: { id: string };
    query: undefined;
    body: { step: "begin" | "end" | "callOff" };
    response: {
      id: string;
      scope: "own" | "alipay" | "wechat" | "unionpay";
      method: ("alipay" | "huabei" | "wechat" | "unionpay") | null;
      route: string | null;
      bank: string | null;
      standing: "planned" | "open" | "over";
      plannedFrom: string;
      plannedTo: string;
      actualFrom: string | null;
      actualTo: string | null;
      texts: { zh: string; en: string };
      createdAt: string;
    };
  };

  /** What this terminal may offer now, and why not */
  getTerminalsIdMethods: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      items: Array<{
        method: "alipay" | "huabei" | "wechat" | "unionpay";
        available: boolean;
        causeId: string | null;
        text: { zh: string; en: string };
        until?: string;
        instead?: Array<"alipay" | "huabei" | "wechat" | "unionpay">;
      }>;
      instalments: Array<{
        instalments: 3 | 6 | 12;
        feeBearer: "payer" | "merchant";
        available: boolean;
        causeId: string | null;
        text: { zh: string; en: string };
        until?: string;
      }>;
    };
  };

  /** The rules that choose among the accounts of a merchant at a channel */
  getMerchantsIdRoutingChannel: {
    path: { id: string; channel: "alipay" | "wechat" | "unionpay" };
    query: undefined;
    body: undefined;
    response: {
      channel: "alipay" | "wechat" | "unionpay";
      version: number;
      rules: Array<{
        name: string;
        when: {
          storeIds?: Array<string>;
          methods?: Array<"payerCode" | "shownCode">;
          amountMin?: number;
          amountMax?: number;
          from?: string;
          to?: string;
        };
        targets: Array<{ route: string; weight: number }>;
      }>;
      actor: string | null;
      reason: string | null;
      at: string | null;
    };
  };

  /** Put routing rules in force, all of them in order */
  putMerchantsIdRoutingChannel: {
    path: { id: string; channel: "alipay" | "wechat" | "unionpay" };
    query: undefined;
    body: {
      rules: Array<{
        name: string;
        when: {
          storeIds?: Array<string>;
          methods?: Array<"payerCode" | "shownCode">;
          amountMin?: number;
          amountMax?: number;
          from?: string;
          to?: string;
        };
        targets: Array<{ route: string; weight: number }>;
      }>;
      expectedVersion: number;
      reason: string;
    };
    response: {
      channel: "alipay" | "wechat" | "unionpay";
      version: number;
      rules: Array<{
        name: string;
        when: {
          storeIds?: Array<string>;
          methods?: Array<"payerCode" | "shownCode">;
          amountMin?: number;
          amountMax?: number;
          from?: string;
          to?: string;
        };
        targets: Array<{ route: string; weight: number }>;
      }>;
      actor: string | null;
      reason: string | null;
      at: string | null;
    };
  };

  /** How the gateways of channels fare, as this process sees them */
  getChannelsHealth: {
    path: undefined;
    query: undefined;
    body: undefined;
    response: {
      items: Array<{
        channel: "alipay" | "wechat" | "unionpay";
        path: string;
        method: "payerCode" | "shownCode" | "refund";
        bank: string | null;
        account: string | null;
        state: "closed" | "open" | "halfOpen";
        since: string;
        answers: number;
        failures: number;
        probeAt: string | null;
      }>;
      rules: {
        windowSeconds: number;
        callsMin: number;
        failurePercentMin: number;
        openSecondsMin: number;
        openSecondsMax: number;
        probesToClose: number;
      };
    };
  };

  /** Accounts with their balances */
  getLedgerAccounts: {
    path: undefined;
    query: { merchantId?: string };
    body: undefined;
    response: {
      items: Array<{
        merchantId: string;
        account: string;
        class: "asset" | "liability" | "income";
        currency: "CNY";
        balance: string;
      }>;
    };
  };

  /** Journals of one merchant, newest first */
  getLedgerJournals: {
    path: undefined;
    query: {
      limit?: number;
      after?: string;
      before?: string;
      merchantId?: string;
      paymentId?: string;
      refundId?: string;
    };
    body: undefined;
    response: {
      items: Array<{
        merchantId: string;
        sequence: string;
        subjectId: string;
        fact: string;
        recordedAt: string;
        currency: "CNY";
        postings: Array<{ account: string; amount: number }>;
        previousHash: string;
        hash: string;
      }>;
      hasMore: boolean;
    };
  };

  /** Recompute sums, balances and hash chains; name the first row that does not fit */
  postLedgerVerify: {
    path: undefined;
    query: undefined;
    body: { merchantId?: string; from?: "everything" | "lastClosing" };
    response: {
      ok: boolean;
      merchants: number;
      journals: number;
      postings: number;
      broken: {
        merchantId: string;
        table: "journal" | "balance" | "head" | "closing";
        row: string;
        problem: string;
      } | null;
    };
  };

  /** Cases that a person has to look at, newest first */
  getCases: {
    path: undefined;
    query: {
      limit?: number;
      after?: string;
      before?: string;
      merchantId?: string;
      kind?:
        | "lateSuccess"
        | "silentArrival"
        | "amountMismatch"
        | "callbackMismatch"
        | "paidAfterReversal"
        | "reversedAfterSuccess"
        | "channelContradiction"
        | "refundUnclear"
        | "refundStuck"
        | "webhookDisabled";
      state?: "open" | "closed";
      paymentId?: string;
    };
    body: undefined;
    response: {
      items: Array<{
        id: string;
        merchantId: string;
        kind:
          | "lateSuccess"
          | "silentArrival"
          | "amountMismatch"
          | "callbackMismatch"
          | "paidAfterReversal"
          | "reversedAfterSuccess"
          | "channelContradiction"
          | "refundUnclear"
          | "refundStuck"
          | "webhookDisabled";
        name: { zh: string; en: string };
        state: "open" | "closed";
        paymentId: string | null;
        facts: Record<string, string | number>;
        openedAt: string;
        closedAt: string | null;
        closedBy: string | null;
        resolution: string | null;
      }>;
      hasMore: boolean;
    };
  };

  /** Close a case with what was done about it */
  postCasesIdClosing: {
    path: { id: string };
    query: undefined;
    body: { resolution: string };
    response: {
      id: string;
      merchantId: string;
      kind:
        | "lateSuccess"
        | "silentArrival"
        | "amountMismatch"
        | "callbackMismatch"
        | "paidAfterReversal"
        | "reversedAfterSuccess"
        | "channelContradiction"
        | "refundUnclear"
        | "refundStuck"
        | "webhookDisabled";
      name: { zh: string; en: string };
      state: "open" | "closed";
      paymentId: string | null;
      facts: Record<string, string | number>;
      openedAt: string;
      closedAt: string | null;
      closedBy: string | null;
      resolution: string | null;
    };
  };

  /** Who was told of a payment, and how far each announcement came */
  getPaymentsIdArrivals: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      items: Array<{
        id: string;
        paymentId: string;
        terminalId: string;
        sequence: number;
        stage: "accepted" | "delivered" | "speaking" | "spoken" | "interrupted" | "stale";
        amount: number;
        currency: "CNY";
        wallet: "alipay" | "huabei" | "wechat" | "unionpay" | "bankCard";
        text: string;
        sendCount: number;
        silenceReason: ("muted" | "volumeZero" | "audioLocked" | "audioFailed" | "voicePackMissing") | null;
        acceptedAt: string;
        sentAt: string | null;
        deliveredAt: string | null;
        startingAt: string | null;
        spokenAt: string | null;
        interruptedAt: string | null;
        staleAt: string | null;
        summaryId: string | null;
        summarySpokenAt: string | null;
        unheardAt: string | null;
      }>;
    };
  };

  /** Collect money with a payer code. Idempotency-Key is required */
  postPayments: {
    path: undefined;
    query: { wait?: number };
    body: {
      merchantId?: string;
      amount: number;
      currency?: "CNY";
      merchantOrderNo?: string;
      terminalId?: string;
      storeId?: string;
      subject?: string;
      credit?: { instalments: 3 | 6 | 12; feeBearer: "merchant" | "payer" };
      payerCode: string;
      method?: "auto" | "alipay" | "wechat" | "unionpay";
    };
    response: {
      id: string;
      merchantId: string;
      storeId: string | null;
      terminalId: string | null;
      merchantOrderNo: string | null;
      channelOrderNo: string;
      amount: number;
      currency: "CNY";
      feeAmount: number | null;
      refundedAmount: number;
      subject: string;
      mode: "payerCode" | "shownCode";
      code: { url: string; expiresAt: string } | null;
      state: "processing" | "awaitingPayer" | "succeeded" | "failed" | "closed" | "reversed";
      review: {
        since: string;
        reason: "timetableExhausted" | "amountMismatch" | "paidAfterReversal";
        owner: string;
      } | null;
      lateSuccess: boolean;
      channel: "alipay" | "wechat" | "unionpay";
      channelTradeNo: string | null;
      channelCode: string | null;
      channelMessage: string | null;
      fundingSource:
        | (
            | "balance"
            | "moneyFund"
            | "huabei"
            | "huabeiInstalment"
            | "creditCard"
            | "debitCard"
            | "mixed"
            | "unknown"
          )
        | null;
      credit: { instalments: 3 | 6 | 12; feeBearer: "merchant" | "payer" } | null;
      payerAccount: string | null;
      retry: string | null;
      createdAt: string;
      expiresAt: string;
      finishedAt: string | null;
      paidAt: string | null;
    };
  };

  /** Payments, newest first */
  getPayments: {
    path: undefined;
    query: {
      limit?: number;
      after?: string;
      before?: string;
      merchantId?: string;
      search?: string;
      terminalId?: string;
      storeId?: string;
      state?: "processing" | "awaitingPayer" | "succeeded" | "failed" | "closed" | "reversed";
      channel?: "alipay" | "wechat" | "unionpay";
      fundingSource?:
        | "balance"
        | "moneyFund"
        | "huabei"
        | "huabeiInstalment"
        | "creditCard"
        | "debitCard"
        | "mixed"
        | "unknown";
      refunds?: boolean;
      review?: boolean;
      merchantOrderNo?: string;
      channelOrderNo?: string;
      channelTradeNo?: string;
      amount?: number;
      createdFrom?: string;
      createdTo?: string;
    };
    body: undefined;
    response: {
      items: Array<{
        id: string;
        merchantId: string;
        storeId: string | null;
        terminalId: string | null;
        merchantOrderNo: string | null;
        channelOrderNo: string;
        amount: number;
        currency: "CNY";
        feeAmount: number | null;
        refundedAmount: number;
        subject: string;
        mode: "payerCode" | "shownCode";
        code: { url: string; expiresAt: string } | null;
        state: "processing" | "awaitingPayer" | "succeeded" | "failed" | "closed" | "reversed";
        review: {
          since: string;
          reason: "timetableExhausted" | "amountMismatch" | "paidAfterReversal";
          owner: string;
        } | null;
        lateSuccess: boolean;
        channel: "alipay" | "wechat" | "unionpay";
        channelTradeNo: string | null;
        channelCode: string | null;
        channelMessage: string | null;
        fundingSource:
          | (
              | "balance"
              | "moneyFund"
              | "huabei"
              | "huabeiInstalment"
              | "creditCard"
              | "debitCard"
              | "mixed"
              | "unknown"
            )
          | null;
        credit: { instalments: 3 | 6 | 12; feeBearer: "merchant" | "payer" } | null;
        payerAccount: string | null;
        retry: string | null;
        createdAt: string;
        expiresAt: string;
        finishedAt: string | null;
        paidAt: string | null;
      }>;
      hasMore: boolean;
    };
  };

  /** Make a code that the payer scans. Idempotency-Key is required */
  postPaymentsCodes: {
    path: undefined;
    query: undefined;
    body: {
      merchantId?: string;
      amount: number;
      currency?: "CNY";
      merchantOrderNo?: string;
      terminalId?: string;
      storeId?: string;
      subject?: string;
      credit?: { instalments: 3 | 6 | 12; feeBearer: "merchant" | "payer" };
      method: "alipay" | "wechat" | "unionpay";
      validitySeconds?: number;
    };
    response: {
      id: string;
      merchantId: string;
      storeId: string | null;
      terminalId: string | null;
      merchantOrderNo: string | null;
      channelOrderNo: string;
      amount: number;
      currency: "CNY";
      feeAmount: number | null;
      refundedAmount: number;
      subject: string;
      mode: "payerCode" | "shownCode";
      code: { url: string; expiresAt: string } | null;
      state: "processing" | "awaitingPayer" | "succeeded" | "failed" | "closed" | "reversed";
      review: {
        since: string;
        reason: "timetableExhausted" | "amountMismatch" | "paidAfterReversal";
        owner: string;
      } | null;
      lateSuccess: boolean;
      channel: "alipay" | "wechat" | "unionpay";
      channelTradeNo: string | null;
      channelCode: string | null;
      channelMessage: string | null;
      fundingSource:
        | (
            | "balance"
            | "moneyFund"
            | "huabei"
            | "huabeiInstalment"
            | "creditCard"
            | "debitCard"
            | "mixed"
            | "unknown"
          )
        | null;
      credit: { instalments: 3 | 6 | 12; feeBearer: "merchant" | "payer" } | null;
      payerAccount: string | null;
      retry: string | null;
      createdAt: string;
      expiresAt: string;
      finishedAt: string | null;
      paidAt: string | null;
    };
  };

  /** One payment */
  getPaymentsId: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      id: string;
      merchantId: string;
      storeId: string | null;
      terminalId: string | null;
      merchantOrderNo: string | null;
      channelOrderNo: string;
      amount: number;
      currency: "CNY";
      feeAmount: number | null;
      refundedAmount: number;
      subject: string;
      mode: "payerCode" | "shownCode";
      code: { url: string; expiresAt: string } | null;
      state: "processing" | "awaitingPayer" | "succeeded" | "failed" | "closed" | "reversed";
      review: {
        since: string;
        reason: "timetableExhausted" | "amountMismatch" | "paidAfterReversal";
        owner: string;
      } | null;
      lateSuccess: boolean;
      channel: "alipay" | "wechat" | "unionpay";
      channelTradeNo: string | null;
      channelCode: string | null;
      channelMessage: string | null;
      fundingSource:
        | (
            | "balance"
            | "moneyFund"
            | "huabei"
            | "huabeiInstalment"
            | "creditCard"
            | "debitCard"
            | "mixed"
            | "unknown"
          )
        | null;
      credit: { instalments: 3 | 6 | 12; feeBearer: "merchant" | "payer" } | null;
      payerAccount: string | null;
      retry: string | null;
      createdAt: string;
      expiresAt: string;
      finishedAt: string | null;
      paidAt: string | null;
    };
  };

  /** Every hop of a payment, both directions, oldest first */
  getPaymentsIdTimeline: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      items: Array<{
        id: string;
        at: string;
        kind:
          | "requested"
          | "chargeSent"
          | "chargeAnswered"
          | "chargeUnanswered"
          | "querySent"
          | "queryAnswered"
          | "queryUnanswered"
          | "cancelSent"
          | "cancelAnswered"
          | "cancelUnanswered"
          | "codeSent"
          | "codeAnswered"
          | "codeUnanswered"
          | "closeSent"
          | "closeAnswered"
          | "closeUnanswered"
          | "callbackReceived"
          | "stateChanged"
          | "reviewOpened"
          | "reviewDecided"
          | "reversalRequested"
          | "refundRequested"
          | "refundSent"
          | "refundAnswered"
          | "refundUnanswered"
          | "refundQuerySent"
          | "refundQueryAnswered"
          | "refundQueryUnanswered"
          | "refundStateChanged"
          | "refundWayChanged"
          | "announced"
          | "caseOpened";
        direction: ("in" | "out") | null;
        data: Record<string, unknown>;
      }>;
    };
  };

  /** Give part or all of a payment back. Idempotency-Key is required */
  postPaymentsIdRefunds: {
    path: { id: string };
    query: { wait?: number };
    body: { amount?: number; reason?: string; merchantRefundNo?: string; managerCode?: string };
    response: {
      id: string;
      merchantId: string;
      paymentId: string;
      merchantRefundNo: string | null;
      channelRefundNo: string;
      kind: "refund" | "reversal";
      way: "refund" | "void";
      amount: number;
      currency: "CNY";
      feeReturnedAmount: number | null;
      reason: string | null;
      state: "processing" | "succeeded" | "failed";
      waitingFor: ("channelAnswer" | "arrival" | "merchantBalance" | "person" | "stuck") | null;
      channel: "alipay" | "wechat" | "unionpay";
      channelCode: string | null;
      channelMessage: string | null;
      retry: string | null;
      createdAt: string;
      finishedAt: string | null;
    };
  };

  /** The refunds of a payment, newest first */
  getPaymentsIdRefunds: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      items: Array<{
        id: string;
        merchantId: string;
        paymentId: string;
        merchantRefundNo: string | null;
        channelRefundNo: string;
        kind: "refund" | "reversal";
        way: "refund" | "void";
        amount: number;
        currency: "CNY";
        feeReturnedAmount: number | null;
        reason: string | null;
        state: "processing" | "succeeded" | "failed";
        waitingFor: ("channelAnswer" | "arrival" | "merchantBalance" | "person" | "stuck") | null;
        channel: "alipay" | "wechat" | "unionpay";
        channelCode: string | null;
        channelMessage: string | null;
        retry: string | null;
        createdAt: string;
        finishedAt: string | null;
      }>;
    };
  };

  /** Undo a payment: cancelled while unclear, refunded once paid. Idempotency-Key is required */
  postPaymentsIdReversal: {
    path: { id: string };
    query: { wait?: number };
    body: { reason?: string; managerCode?: string };
    response: {
      payment: {
        id: string;
        merchantId: string;
        storeId: string | null;
        terminalId: string | null;
        merchantOrderNo: string | null;
        channelOrderNo: string;
        amount: number;
        currency: "CNY";
        feeAmount: number | null;
        refundedAmount: number;
        subject: string;
        mode: "payerCode" | "shownCode";
        code: { url: string; expiresAt: string } | null;
        state: "processing" | "awaitingPayer" | "succeeded" | "failed" | "closed" | "reversed";
        review: {
          since: string;
          reason: "timetableExhausted" | "amountMismatch" | "paidAfterReversal";
          owner: string;
        } | null;
        lateSuccess: boolean;
        channel: "alipay" | "wechat" | "unionpay";
        channelTradeNo: string | null;
        channelCode: string | null;
        channelMessage: string | null;
        fundingSource:
          | (
              | "balance"
              | "moneyFund"
              | "huabei"
              | "huabeiInstalment"
              | "creditCard"
              | "debitCard"
              | "mixed"
              | "unknown"
            )
          | null;
        credit: { instalments: 3 | 6 | 12; feeBearer: "merchant" | "payer" } | null;
        payerAccount: string | null;
        retry: string | null;
        createdAt: string;
        expiresAt: string;
        finishedAt: string | null;
        paidAt: string | null;
      };
      refund: {
        id: string;
        merchantId: string;
        paymentId: string;
        merchantRefundNo: string | null;
        channelRefundNo: string;
        kind: "refund" | "reversal";
        way: "refund" | "void";
        amount: number;
        currency: "CNY";
        feeReturnedAmount: number | null;
        reason: string | null;
        state: "processing" | "succeeded" | "failed";
        waitingFor: ("channelAnswer" | "arrival" | "merchantBalance" | "person" | "stuck") | null;
        channel: "alipay" | "wechat" | "unionpay";
        channelCode: string | null;
        channelMessage: string | null;
        retry: string | null;
        createdAt: string;
        finishedAt: string | null;
      } | null;
    };
  };

  /** One refund */
  getRefundsId: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      id: string;
      merchantId: string;
      paymentId: string;
      merchantRefundNo: string | null;
      channelRefundNo: string;
      kind: "refund" | "reversal";
      way: "refund" | "void";
      amount: number;
      currency: "CNY";
      feeReturnedAmount: number | null;
      reason: string | null;
      state: "processing" | "succeeded" | "failed";
      waitingFor: ("channelAnswer" | "arrival" | "merchantBalance" | "person" | "stuck") | null;
      channel: "alipay" | "wechat" | "unionpay";
      channelCode: string | null;
      channelMessage: string | null;
      retry: string | null;
      createdAt: string;
      finishedAt: string | null;
    };
  };

  /** Refunds, newest first */
  getRefunds: {
    path: undefined;
    query: {
      limit?: number;
      after?: string;
      before?: string;
      merchantId?: string;
      paymentId?: string;
      state?: "processing" | "succeeded" | "failed";
      review?: boolean;
      merchantRefundNo?: string;
      createdFrom?: string;
      createdTo?: string;
    };
    body: undefined;
    response: {
      items: Array<{
        id: string;
        merchantId: string;
        paymentId: string;
        merchantRefundNo: string | null;
        channelRefundNo: string;
        kind: "refund" | "reversal";
        way: "refund" | "void";
        amount: number;
        currency: "CNY";
        feeReturnedAmount: number | null;
        reason: string | null;
        state: "processing" | "succeeded" | "failed";
        waitingFor: ("channelAnswer" | "arrival" | "merchantBalance" | "person" | "stuck") | null;
        channel: "alipay" | "wechat" | "unionpay";
        channelCode: string | null;
        channelMessage: string | null;
        retry: string | null;
        createdAt: string;
        finishedAt: string | null;
      }>;
      hasMore: boolean;
    };
  };

  /** Decide a refund that the channel left open */
  postRefundsIdReview: {
    path: { id: string };
    query: undefined;
    body: { decision: "succeeded" | "failed"; reason: string };
    response: {
      id: string;
      merchantId: string;
      paymentId: string;
      merchantRefundNo: string | null;
      channelRefundNo: string;
      kind: "refund" | "reversal";
      way: "refund" | "void";
      amount: number;
      currency: "CNY";
      feeReturnedAmount: number | null;
      reason: string | null;
      state: "processing" | "succeeded" | "failed";
      waitingFor: ("channelAnswer" | "arrival" | "merchantBalance" | "person" | "stuck") | null;
      channel: "alipay" | "wechat" | "unionpay";
      channelCode: string | null;
      channelMessage: string | null;
      retry: string | null;
      createdAt: string;
      finishedAt: string | null;
    };
  };

  /** Decide a payment that the channel left open */
  postPaymentsIdReview: {
    path: { id: string };
    query: undefined;
    body: { decision: "succeeded" | "closed"; reason: string };
    response: {
      id: string;
      merchantId: string;
      storeId: string | null;
      terminalId: string | null;
      merchantOrderNo: string | null;
      channelOrderNo: string;
      amount: number;
      currency: "CNY";
      feeAmount: number | null;
      refundedAmount: number;
      subject: string;
      mode: "payerCode" | "shownCode";
      code: { url: string; expiresAt: string } | null;
      state: "processing" | "awaitingPayer" | "succeeded" | "failed" | "closed" | "reversed";
      review: {
        since: string;
        reason: "timetableExhausted" | "amountMismatch" | "paidAfterReversal";
        owner: string;
      } | null;
      lateSuccess: boolean;
      channel: "alipay" | "wechat" | "unionpay";
      channelTradeNo: string | null;
      channelCode: string | null;
      channelMessage: string | null;
      fundingSource:
        | (
            | "balance"
            | "moneyFund"
            | "huabei"
            | "huabeiInstalment"
            | "creditCard"
            | "debitCard"
            | "mixed"
            | "unknown"
          )
        | null;
      credit: { instalments: 3 | 6 | 12; feeBearer: "merchant" | "payer" } | null;
      payerAccount: string | null;
      retry: string | null;
      createdAt: string;
      expiresAt: string;
      finishedAt: string | null;
      paidAt: string | null;
    };
  };

  /** From the channel, in its own wire format */
  postChannelsChannelCallbacksMerchantId: {
    path: { channel: string; merchantId: string };
    query: undefined;
    body: undefined;
    response: unknown;
  };

  /** Make a code to be printed for a store */
  postStoresStoreIdCodes: {
    path: { storeId: string };
    query: undefined;
    body: { merchantId?: string; label: string };
    response: {
      id: string;
      merchantId: string;
      storeId: string;
      label: string;
      state: "enabled" | "disabled";
      url: string;
      merchantCode: string;
      createdAt: string;
    };
  };

  /** The printed codes of a store */
  getStoresStoreIdCodes: {
    path: { storeId: string };
    query: { merchantId?: string };
    body: undefined;
    response: {
      items: Array<{
        id: string;
        merchantId: string;
        storeId: string;
        label: string;
        state: "enabled" | "disabled";
        url: string;
        merchantCode: string;
        createdAt: string;
      }>;
    };
  };

  /** Put a printed code out of use, or into use again */
  patchStoreCodesId: {
    path: { id: string };
    query: undefined;
    body: { merchantId?: string; state: "enabled" | "disabled" };
    response: {
      id: string;
      merchantId: string;
      storeId: string;
      label: string;
      state: "enabled" | "disabled";
      url: string;
      merchantCode: string;
      createdAt: string;
    };
  };

  /** Why this payment went as it did */
  getPaymentsIdDiagnosis: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      id: string;
      merchantId: string;
      paymentId: string | null;
      terminalId: string | null;
      revision: number;
      verdict: "named" | "question" | "unknown" | "noFault";
      summary: { zh: string; en: string };
      tryNow: { zh: string; en: string } | null;
      causes: Array<{
        id: string;
        name: { zh: string; en: string };
        variant: string | null;
        probability: number;
        sureness: "certain" | "veryLikely" | "likely" | "possible" | "ruledOut";
        restsOn: { zh: string; en: string };
        actor:
          | "payer"
          | "cashier"
          | "merchant"
          | "terminal"
          | "network"
          | "channel"
          | "bank"
          | "acquirer"
          | "platform";
        because: Array<{ signal: string; fact: { zh: string; en: string }; at: string }>;
        against: Array<{ signal: string; fact: { zh: string; en: string }; at: string }>;
        texts: {
          payer: { zh: string; en: string };
          merchant: { zh: string; en: string };
          operator: { zh: string; en: string };
        };
        remedies: Array<{
          id: string;
          level: "R0" | "R1" | "R2" | "R3" | "R4";
          text: { zh: string; en: string };
          by: "platform" | "people";
          roles: Array<"operator" | "merchant" | "terminal">;
          state: "offered" | "running" | "verified" | "failed";
          steps: Array<{
            state: "offered" | "running" | "verified" | "failed";
            at: string;
            actor: string;
            facts: Record<string, unknown>;
          }>;
        }>;
      }>;
      question?: {
        id: string;
        asked:
          | "payer"
          | "cashier"
          | "merchant"
          | "terminal"
          | "network"
          | "channel"
          | "bank"
          | "acquirer"
          | "platform";
        text: { zh: string; en: string };
        options: Array<{ id: string; text: { zh: string; en: string } }>;
      };
      at: string;
    };
  };

  /** Diagnose a payment, a terminal, a merchant or a sentence */
  postDiagnoses: {
    path: undefined;
    query: undefined;
    body: {
      paymentId?: string;
      terminalId?: string;
      merchantId?: string;
      text?: string;
      locale?: "zh" | "en";
      refusal?: { code: string; traceId?: string };
    };
    response: {
      id: string;
      merchantId: string;
      paymentId: string | null;
      terminalId: string | null;
      revision: number;
      verdict: "named" | "question" | "unknown" | "noFault";
      summary: { zh: string; en: string };
      tryNow: { zh: string; en: string } | null;
      causes: Array<{
        id: string;
        name: { zh: string; en: string };
        variant: string | null;
        probability: number;
        sureness: "certain" | "veryLikely" | "likely" | "possible" | "ruledOut";
        restsOn: { zh: string; en: string };
        actor:
          | "payer"
          | "cashier"
          | "merchant"
          | "terminal"
          | "network"
          | "channel"
          | "bank"
          | "acquirer"
          | "platform";
        because: Array<{ signal: string; fact: { zh: string; en: string }; at: string }>;
        against: Array<{ signal: string; fact: { zh: string; en: string }; at: string }>;
        texts: {
          payer: { zh: string; en: string };
          merchant: { zh: string; en: string };
          operator: { zh: string; en: string };
        };
        remedies: Array<{
          id: string;
          level: "R0" | "R1" | "R2" | "R3" | "R4";
          text: { zh: string; en: string };
          by: "platform" | "people";
          roles: Array<"operator" | "merchant" | "terminal">;
          state: "offered" | "running" | "verified" | "failed";
          steps: Array<{
            state: "offered" | "running" | "verified" | "failed";
            at: string;
            actor: string;
            facts: Record<string, unknown>;
          }>;
        }>;
      }>;
      question?: {
        id: string;
        asked:
          | "payer"
          | "cashier"
          | "merchant"
          | "terminal"
          | "network"
          | "channel"
          | "bank"
          | "acquirer"
          | "platform";
        text: { zh: string; en: string };
        options: Array<{ id: string; text: { zh: string; en: string } }>;
      };
      at: string;
    };
  };

  /** A diagnosis, looked at again */
  getDiagnosesId: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      id: string;
      merchantId: string;
      paymentId: string | null;
      terminalId: string | null;
      revision: number;
      verdict: "named" | "question" | "unknown" | "noFault";
      summary: { zh: string; en: string };
      tryNow: { zh: string; en: string } | null;
      causes: Array<{
        id: string;
        name: { zh: string; en: string };
        variant: string | null;
        probability: number;
        sureness: "certain" | "veryLikely" | "likely" | "possible" | "ruledOut";
        restsOn: { zh: string; en: string };
        actor:
          | "payer"
          | "cashier"
          | "merchant"
          | "terminal"
          | "network"
          | "channel"
          | "bank"
          | "acquirer"
          | "platform";
        because: Array<{ signal: string; fact: { zh: string; en: string }; at: string }>;
        against: Array<{ signal: string; fact: { zh: string; en: string }; at: string }>;
        texts: {
          payer: { zh: string; en: string };
          merchant: { zh: string; en: string };
          operator: { zh: string; en: string };
        };
        remedies: Array<{
          id: string;
          level: "R0" | "R1" | "R2" | "R3" | "R4";
          text: { zh: string; en: string };
          by: "platform" | "people";
          roles: Array<"operator" | "merchant" | "terminal">;
          state: "offered" | "running" | "verified" | "failed";
          steps: Array<{
            state: "offered" | "running" | "verified" | "failed";
            at: string;
            actor: string;
            facts: Record<string, unknown>;
          }>;
        }>;
      }>;
      question?: {
        id: string;
        asked:
          | "payer"
          | "cashier"
          | "merchant"
          | "terminal"
          | "network"
          | "channel"
          | "bank"
          | "acquirer"
          | "platform";
        text: { zh: string; en: string };
        options: Array<{ id: string; text: { zh: string; en: string } }>;
      };
      at: string;
    };
  };

  /** Answer the question of a diagnosis */
  postDiagnosesIdAnswers: {
    path: { id: string };
    query: undefined;
    body: { questionId: string; optionId: string };
    response: {
      id: string;
      merchantId: string;
      paymentId: string | null;
      terminalId: string | null;
      revision: number;
      verdict: "named" | "question" | "unknown" | "noFault";
      summary: { zh: string; en: string };
      tryNow: { zh: string; en: string } | null;
      causes: Array<{
        id: string;
        name: { zh: string; en: string };
        variant: string | null;
        probability: number;
        sureness: "certain" | "veryLikely" | "likely" | "possible" | "ruledOut";
        restsOn: { zh: string; en: string };
        actor:
          | "payer"
          | "cashier"
          | "merchant"
          | "terminal"
          | "network"
          | "channel"
          | "bank"
          | "acquirer"
          | "platform";
        because: Array<{ signal: string; fact: { zh: string; en: string }; at: string }>;
        against: Array<{ signal: string; fact: { zh: string; en: string }; at: string }>;
        texts: {
          payer: { zh: string; en: string };
          merchant: { zh: string; en: string };
          operator: { zh: string; en: string };
        };
        remedies: Array<{
          id: string;
          level: "R0" | "R1" | "R2" | "R3" | "R4";
          text: { zh: string; en: string };
          by: "platform" | "people";
          roles: Array<"operator" | "merchant" | "terminal">;
          state: "offered" | "running" | "verified" | "failed";
          steps: Array<{
            state: "offered" | "running" | "verified" | "failed";
            at: string;
            actor: string;
            facts: Record<string, unknown>;
          }>;
        }>;
      }>;
      question?: {
        id: string;
        asked:
          | "payer"
          | "cashier"
          | "merchant"
          | "terminal"
          | "network"
          | "channel"
          | "bank"
          | "acquirer"
          | "platform";
        text: { zh: string; en: string };
        options: Array<{ id: string; text: { zh: string; en: string } }>;
      };
      at: string;
    };
  };

  /** Carry out a remedy and verify it */
  postDiagnosesIdRemediesRemedyId: {
    path: { id: string; remedyId: string };
    query: undefined;
    body: undefined;
    response: {
      id: string;
      merchantId: string;
      paymentId: string | null;
      terminalId: string | null;
      revision: number;
      verdict: "named" | "question" | "unknown" | "noFault";
      summary: { zh: string; en: string };
      tryNow: { zh: string; en: string } | null;
      causes: Array<{
        id: string;
        name: { zh: string; en: string };
        variant: string | null;
        probability: number;
        sureness: "certain" | "veryLikely" | "likely" | "possible" | "ruledOut";
        restsOn: { zh: string; en: string };
        actor:
          | "payer"
          | "cashier"
          | "merchant"
          | "terminal"
          | "network"
          | "channel"
          | "bank"
          | "acquirer"
          | "platform";
        because: Array<{ signal: string; fact: { zh: string; en: string }; at: string }>;
        against: Array<{ signal: string; fact: { zh: string; en: string }; at: string }>;
        texts: {
          payer: { zh: string; en: string };
          merchant: { zh: string; en: string };
          operator: { zh: string; en: string };
        };
        remedies: Array<{
          id: string;
          level: "R0" | "R1" | "R2" | "R3" | "R4";
          text: { zh: string; en: string };
          by: "platform" | "people";
          roles: Array<"operator" | "merchant" | "terminal">;
          state: "offered" | "running" | "verified" | "failed";
          steps: Array<{
            state: "offered" | "running" | "verified" | "failed";
            at: string;
            actor: string;
            facts: Record<string, unknown>;
          }>;
        }>;
      }>;
      question?: {
        id: string;
        asked:
          | "payer"
          | "cashier"
          | "merchant"
          | "terminal"
          | "network"
          | "channel"
          | "bank"
          | "acquirer"
          | "platform";
        text: { zh: string; en: string };
        options: Array<{ id: string; text: { zh: string; en: string } }>;
      };
      at: string;
    };
  };

  /** Make an endpoint; its secret is answered this once */
  postWebhookEndpoints: {
    path: undefined;
    query: undefined;
    body: {
      merchantId?: string;
      url: string;
      eventTypes?: Array<
        | "payment.succeeded"
        | "payment.failed"
        | "payment.closed"
        | "payment.reversed"
        | "payment.lateSuccess"
        | "refund.succeeded"
        | "refund.failed"
        | "webhook.test"
      >;
      description?: string;
    };
    response: {
      id: string;
      merchantId: string;
      url: string;
      eventTypes: Array<
        | "payment.succeeded"
        | "payment.failed"
        | "payment.closed"
        | "payment.reversed"
        | "payment.lateSuccess"
        | "refund.succeeded"
        | "refund.failed"
        | "webhook.test"
      >;
      description: string;
      state: "enabled" | "disabled";
      disabledReason: ("person" | "failing" | "gone") | null;
      disabledAt: string | null;
      failingSince: string | null;
      previousSecretValidUntil: string | null;
      createdAt: string;
      secret: string;
    };
  };

  /** The endpoints, newest first */
  getWebhookEndpoints: {
    path: undefined;
    query: { limit?: number; after?: string; before?: string; merchantId?: string };
    body: undefined;
    response: {
      items: Array<{
        id: string;
        merchantId: string;
        url: string;
        eventTypes: Array<
          | "payment.succeeded"
          | "payment.failed"
          | "payment.closed"
          | "payment.reversed"
          | "payment.lateSuccess"
          | "refund.succeeded"
          | "refund.failed"
          | "webhook.test"
        >;
        description: string;
        state: "enabled" | "disabled";
        disabledReason: ("person" | "failing" | "gone") | null;
        disabledAt: string | null;
        failingSince: string | null;
        previousSecretValidUntil: string | null;
        createdAt: string;
      }>;
      hasMore: boolean;
    };
  };

  /** One endpoint */
  getWebhookEndpointsId: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      id: string;
      merchantId: string;
      url: string;
      eventTypes: Array<
        | "payment.succeeded"
        | "payment.failed"
        | "payment.closed"
        | "payment.reversed"
        | "payment.lateSuccess"
        | "refund.succeeded"
        | "refund.failed"
        | "webhook.test"
      >;
      description: string;
      state: "enabled" | "disabled";
      disabledReason: ("person" | "failing" | "gone") | null;
      disabledAt: string | null;
      failingSince: string | null;
      previousSecretValidUntil: string | null;
      createdAt: string;
    };
  };

  /** Change address, types or description; disable or enable */
  patchWebhookEndpointsId: {
    path: { id: string };
    query: undefined;
    body: {
      url?: string;
      eventTypes?: Array<
        | "payment.succeeded"
        | "payment.failed"
        | "payment.closed"
        | "payment.reversed"
        | "payment.lateSuccess"
        | "refund.succeeded"
        | "refund.failed"
        | "webhook.test"
      >;
      description?: string;
      state?: "enabled" | "disabled";
    };
    response: {
      id: string;
      merchantId: string;
      url: string;
      eventTypes: Array<
        | "payment.succeeded"
        | "payment.failed"
        | "payment.closed"
        | "payment.reversed"
        | "payment.lateSuccess"
        | "refund.succeeded"
        | "refund.failed"
        | "webhook.test"
      >;
      description: string;
      state: "enabled" | "disabled";
      disabledReason: ("person" | "failing" | "gone") | null;
      disabledAt: string | null;
      failingSince: string | null;
      previousSecretValidUntil: string | null;
      createdAt: string;
    };
  };

  /** Delete an endpoint */
  deleteWebhookEndpointsId: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: undefined;
  };

  /** A new secret, answered this once; the one before it stays valid for 24 hours */
  postWebhookEndpointsIdSecrets: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: {
      id: string;
      merchantId: string;
      url: string;
      eventTypes: Array<
        | "payment.succeeded"
        | "payment.failed"
        | "payment.closed"
        | "payment.reversed"
        | "payment.lateSuccess"
        | "refund.succeeded"
        | "refund.failed"
        | "webhook.test"
      >;
      description: string;
      state: "enabled" | "disabled";
      disabledReason: ("person" | "failing" | "gone") | null;
      disabledAt: string | null;
      failingSince: string | null;
      previousSecretValidUntil: string | null;
      createdAt: string;
      secret: string;
    };
  };

  /** What was sent there and is to be sent, newest first, with every attempt */
  getWebhookEndpointsIdDeliveries: {
    path: { id: string };
    query: { limit?: number; after?: string; before?: string; state?: "waiting" | "delivered" | "failed" };
    body: undefined;
    response: {
      items: Array<{
        eventId: string;
        endpointId: string;
        type:
          | "payment.succeeded"
          | "payment.failed"
          | "payment.closed"
          | "payment.reversed"
          | "payment.lateSuccess"
          | "refund.succeeded"
          | "refund.failed"
          | "webhook.test";
        subjectId: string;
        state: "waiting" | "delivered" | "failed";
        attemptCount: number;
        nextAttemptAt: string | null;
        occurredAt: string;
        body: string;
        attempts: Array<{
          id: string;
          at: string;
          durationMs: number;
          status: number | null;
          problem:
            | (
                | "answered"
                | "redirected"
                | "gone"
                | "timedOut"
                | "unreachable"
                | "nameNotFound"
                | "addressRefused"
                | "certificateRefused"
                | "endpointDisabled"
              )
            | null;
          answer: string | null;
        }>;
      }>;
      hasMore: boolean;
    };
  };

  /** Send a message that is a test */
  postWebhookEndpointsIdTests: {
    path: { id: string };
    query: undefined;
    body: undefined;
    response: { eventId: string };
  };

  /** Send one message again */
  postWebhookEndpointsIdResends: {
    path: { id: string };
    query: undefined;
    body: { eventId: string };
    response: { eventId: string };
  };

  /** Send again what happened since a moment */
  postWebhookEndpointsIdReplays: {
    path: { id: string };
    query: undefined;
    body: { since: string; scope?: "undelivered" | "all" };
    response: { queued: number; nextSince: string | null };
  };
};

/** How a call is made, and what makes sending it again harmless: its nature, a key, or nothing. */
export const operations = {
  getLivez: { method: "GET", path: "/livez", repeat: "nature" },
  getReadyz: { method: "GET", path: "/readyz", repeat: "nature" },
  postSessions: { method: "POST", path: "/v1/sessions", repeat: "no" },
  getSessions: { method: "GET", path: "/v1/sessions", repeat: "nature" },
  getSessionsCurrent: { method: "GET", path: "/v1/sessions/current", repeat: "nature" },
  deleteSessionsCurrent: { method: "DELETE", path: "/v1/sessions/current", repeat: "nature" },
  deleteSessionsId: { method: "DELETE", path: "/v1/sessions/{id}", repeat: "nature" },
  postSignInLinks: { method: "POST", path: "/v1/sign-in-links", repeat: "no" },
  postCredentials: { method: "POST", path: "/v1/credentials", repeat: "no" },
  getCredentials: { method: "GET", path: "/v1/credentials", repeat: "nature" },
  deleteCredentialsId: { method: "DELETE", path: "/v1/credentials/{id}", repeat: "nature" },
  postTerminals: { method: "POST", path: "/v1/terminals", repeat: "no" },
  getTerminals: { method: "GET", path: "/v1/terminals", repeat: "nature" },
  patchTerminalsId: { method: "PATCH", path: "/v1/terminals/{id}", repeat: "no" },
  getTerminalsId: { method: "GET", path: "/v1/terminals/{id}", repeat: "nature" },
  postTerminalsIdActivationCodes: {
    method: "POST",
    path: "/v1/terminals/{id}/activation-codes",
    repeat: "no",
  },
  postTerminalsActivate: { method: "POST", path: "/v1/terminals/activate", repeat: "no" },
  getTime: { method: "GET", path: "/v1/time", repeat: "nature" },
  getTerminalsIdPlace: { method: "GET", path: "/v1/terminals/{id}/place", repeat: "nature" },
  getTerminalsIdTelemetry: { method: "GET", path: "/v1/terminals/{id}/telemetry", repeat: "nature" },
  putStoresStoreIdManagerCode: { method: "PUT", path: "/v1/stores/{storeId}/manager-code", repeat: "nature" },
  getStoresStoreIdManagerCode: { method: "GET", path: "/v1/stores/{storeId}/manager-code", repeat: "nature" },
  postBrokerAuthentications: { method: "POST", path: "/v1/broker/authentications", repeat: "no" },
  postBrokerAuthorizations: { method: "POST", path: "/v1/broker/authorizations", repeat: "no" },
  postMerchants: { method: "POST", path: "/v1/merchants", repeat: "no" },
  getMerchants: { method: "GET", path: "/v1/merchants", repeat: "nature" },
  postMerchantsIdFees: { method: "POST", path: "/v1/merchants/{id}/fees", repeat: "no" },
  getMerchantsId: { method: "GET", path: "/v1/merchants/{id}", repeat: "nature" },
  postMerchantsIdStores: { method: "POST", path: "/v1/merchants/{id}/stores", repeat: "no" },
  getMerchantsIdStores: { method: "GET", path: "/v1/merchants/{id}/stores", repeat: "nature" },
  getChannels: { method: "GET", path: "/v1/channels", repeat: "nature" },
  putMerchantsIdChannelAccountsChannel: {
    method: "PUT",
    path: "/v1/merchants/{id}/channel-accounts/{channel}",
    repeat: "nature",
  },
  getMerchantsIdChannelAccountsChannel: {
    method: "GET",
    path: "/v1/merchants/{id}/channel-accounts/{channel}",
    repeat: "nature",
  },
  postMerchantsIdChannelAccountsChannelProbe: {
    method: "POST",
    path: "/v1/merchants/{id}/channel-accounts/{channel}/probe",
    repeat: "no",
  },
  getMerchantsIdChannelAccountsChannelRoutes: {
    method: "GET",
    path: "/v1/merchants/{id}/channel-accounts/{channel}/routes",
    repeat: "nature",
  },
  getMerchantsIdChannelAccountsChannelRoutesRoute: {
    method: "GET",
    path: "/v1/merchants/{id}/channel-accounts/{channel}/routes/{route}",
    repeat: "nature",
  },
  putMerchantsIdChannelAccountsChannelRoutesRoute: {
    method: "PUT",
    path: "/v1/merchants/{id}/channel-accounts/{channel}/routes/{route}",
    repeat: "nature",
  },
  postMerchantsIdChannelAccountsChannelRoutesRouteProbe: {
    method: "POST",
    path: "/v1/merchants/{id}/channel-accounts/{channel}/routes/{route}/probe",
    repeat: "no",
  },
  getMerchantsIdCapabilities: { method: "GET", path: "/v1/merchants/{id}/capabilities", repeat: "nature" },
  postMerchantsIdCapabilitiesProduct: {
    method: "POST",
    path: "/v1/merchants/{id}/capabilities/{product}",
    repeat: "no",
  },
  putMerchantsIdCreditAcceptance: {
    method: "PUT",
    path: "/v1/merchants/{id}/credit-acceptance",
    repeat: "nature",
  },
  getMerchantsIdCreditAcceptance: {
    method: "GET",
    path: "/v1/merchants/{id}/credit-acceptance",
    repeat: "nature",
  },
  postMaintenanceWindows: { method: "POST", path: "/v1/maintenance-windows", repeat: "no" },
  getMaintenanceWindows: { method: "GET", path: "/v1/maintenance-windows", repeat: "nature" },
  patchMaintenanceWindowsId: { method: "PATCH", path: "/v1/maintenance-windows/{id}", repeat: "no" },
  postMaintenanceWindowsIdSteps: { method: "POST", path: "/v1/maintenance-windows/{id}/steps", repeat: "no" },
  getTerminalsIdMethods: { method: "GET", path: "/v1/terminals/{id}/methods", repeat: "nature" },
  getMerchantsIdRoutingChannel: {
    method: "GET",
    path: "/v1/merchants/{id}/routing/{channel}",
    repeat: "nature",
  },
  putMerchantsIdRoutingChannel: {
    method: "PUT",
    path: "/v1/merchants/{id}/routing/{channel}",
    repeat: "nature",
  },
  getChannelsHealth: { method: "GET", path: "/v1/channels/health", repeat: "nature" },
  getLedgerAccounts: { method: "GET", path: "/v1/ledger/accounts", repeat: "nature" },
  getLedgerJournals: { method: "GET", path: "/v1/ledger/journals", repeat: "nature" },
  postLedgerVerify: { method: "POST", path: "/v1/ledger/verify", repeat: "no" },
  getCases: { method: "GET", path: "/v1/cases", repeat: "nature" },
  postCasesIdClosing: { method: "POST", path: "/v1/cases/{id}/closing", repeat: "no" },
  getPaymentsIdArrivals: { method: "GET", path: "/v1/payments/{id}/arrivals", repeat: "nature" },
  postPayments: { method: "POST", path: "/v1/payments", repeat: "key" },
  getPayments: { method: "GET", path: "/v1/payments", repeat: "nature" },
  postPaymentsCodes: { method: "POST", path: "/v1/payments/codes", repeat: "key" },
  getPaymentsId: { method: "GET", path: "/v1/payments/{id}", repeat: "nature" },
  getPaymentsIdTimeline: { method: "GET", path: "/v1/payments/{id}/timeline", repeat: "nature" },
  postPaymentsIdRefunds: { method: "POST", path: "/v1/payments/{id}/refunds", repeat: "key" },
  getPaymentsIdRefunds: { method: "GET", path: "/v1/payments/{id}/refunds", repeat: "nature" },
  postPaymentsIdReversal: { method: "POST", path: "/v1/payments/{id}/reversal", repeat: "key" },
  getRefundsId: { method: "GET", path: "/v1/refunds/{id}", repeat: "nature" },
  getRefunds: { method: "GET", path: "/v1/refunds", repeat: "nature" },
  postRefundsIdReview: { method: "POST", path: "/v1/refunds/{id}/review", repeat: "no" },
  postPaymentsIdReview: { method: "POST", path: "/v1/payments/{id}/review", repeat: "no" },
  postChannelsChannelCallbacksMerchantId: {
    method: "POST",
    path: "/v1/channels/{channel}/callbacks/{merchantId}",
    repeat: "no",
  },
  postStoresStoreIdCodes: { method: "POST", path: "/v1/stores/{storeId}/codes", repeat: "no" },
  getStoresStoreIdCodes: { method: "GET", path: "/v1/stores/{storeId}/codes", repeat: "nature" },
  patchStoreCodesId: { method: "PATCH", path: "/v1/store-codes/{id}", repeat: "no" },
  getPaymentsIdDiagnosis: { method: "GET", path: "/v1/payments/{id}/diagnosis", repeat: "nature" },
  postDiagnoses: { method: "POST", path: "/v1/diagnoses", repeat: "no" },
  getDiagnosesId: { method: "GET", path: "/v1/diagnoses/{id}", repeat: "nature" },
  postDiagnosesIdAnswers: { method: "POST", path: "/v1/diagnoses/{id}/answers", repeat: "no" },
  postDiagnosesIdRemediesRemedyId: {
    method: "POST",
    path: "/v1/diagnoses/{id}/remedies/{remedyId}",
    repeat: "no",
  },
  postWebhookEndpoints: { method: "POST", path: "/v1/webhook-endpoints", repeat: "no" },
  getWebhookEndpoints: { method: "GET", path: "/v1/webhook-endpoints", repeat: "nature" },
  getWebhookEndpointsId: { method: "GET", path: "/v1/webhook-endpoints/{id}", repeat: "nature" },
  patchWebhookEndpointsId: { method: "PATCH", path: "/v1/webhook-endpoints/{id}", repeat: "no" },
  deleteWebhookEndpointsId: { method: "DELETE", path: "/v1/webhook-endpoints/{id}", repeat: "nature" },
  postWebhookEndpointsIdSecrets: { method: "POST", path: "/v1/webhook-endpoints/{id}/secrets", repeat: "no" },
  getWebhookEndpointsIdDeliveries: {
    method: "GET",
    path: "/v1/webhook-endpoints/{id}/deliveries",
    repeat: "nature",
  },
  postWebhookEndpointsIdTests: { method: "POST", path: "/v1/webhook-endpoints/{id}/tests", repeat: "no" },
  postWebhookEndpointsIdResends: { method: "POST", path: "/v1/webhook-endpoints/{id}/resends", repeat: "no" },
  postWebhookEndpointsIdReplays: { method: "POST", path: "/v1/webhook-endpoints/{id}/replays", repeat: "no" },
} as const satisfies Record<keyof Operations, OperationInfo>;

export type OperationInfo = Readonly<{ method: string; path: string; repeat: "nature" | "key" | "no" }>;

/** Every refusal that the platform declares. */
export type ErrorCode =
  | "request_invalid"
  | "body_not_json"
  | "form_invalid"
  | "http_malformed"
  | "expectation_unsupported"
  | "headers_too_large"
  | "request_timeout"
  | "body_too_large"
  | "content_type_unsupported"
  | "route_not_found"
  | "not_found"
  | "not_signed_in"
  | "not_allowed"
  | "internal_error"
  | "unavailable"
  | "too_many_requests"
  | "overloaded"
  | "share_exceeded"
  | "sign_in_link_invalid"
  | "session_expired"
  | "session_missing"
  | "origin_not_allowed"
  | "idempotency_key_missing"
  | "idempotency_key_reused"
  | "idempotency_key_in_use"
  | "month_archived"
  | "merchant_order_no_used"
  | "payer_code_unrecognised"
  | "payer_code_of_other_wallet"
  | "payer_code_is_collecting_code"
  | "payer_code_used"
  | "channel_not_available"
  | "shown_codes_not_offered"
  | "shown_code_refused"
  | "shown_code_not_made"
  | "instalments_not_offered"
  | "amount_outside_channel_limits"
  | "terminal_suspended"
  | "review_not_open"
  | "refund_exceeds_paid"
  | "payment_not_refundable"
  | "manager_code_required"
  | "merchant_refund_no_used"
  | "refund_review_not_open"
  | "reversal_not_possible"
  | "instalments_not_enabled"
  | "credit_not_accepted"
  | "merchant_number_used"
  | "store_no_used"
  | "channel_account_missing"
  | "channel_account_invalid"
  | "channel_probe_refused"
  | "channel_account_identity_fixed"
  | "account_route_invalid"
  | "capability_state_conflict"
  | "capability_stopped_by_channel"
  | "capability_stopped_by_operator"
  | "capability_open_refused"
  | "capability_office_unreachable"
  | "fee_valid_from_too_early"
  | "fee_rate_exists"
  | "maintenance_window_invalid"
  | "maintenance_step_impossible"
  | "maintenance_scope_invalid"
  | "channel_in_maintenance"
  | "platform_in_maintenance"
  | "channel_unstable"
  | "routing_route_unknown"
  | "routing_plan_overtaken"
  | "routing_rule_name_taken"
  | "routing_rule_never_fits"
  | "diagnosis_subject_missing"
  | "question_not_asked"
  | "remedy_by_people"
  | "remedy_not_offered"
  | "sandbox_full"
  | "sandbox_credit_below_use"
  | "sandbox_nothing_to_approve"
  | "sandbox_password_wrong"
  | "sandbox_password_locked"
  | "sandbox_payer_cannot_pay"
  | "sandbox_scan_unknown"
  | "sandbox_scan_taken"
  | "sandbox_bridge_forged"
  | "sandbox_answer_unknown"
  | "sandbox_answer_has_no_effect"
  | "signature_invalid"
  | "signature_incomplete"
  | "signature_time_off"
  | "signature_replayed"
  | "body_digest_mismatch"
  | "terminal_unknown"
  | "activation_code_invalid"
  | "activation_code_expired"
  | "device_key_invalid"
  | "device_key_used"
  | "terminal_no_used"
  | "terminal_not_activated"
  | "terminal_stopped_by_operator"
  | "manager_code_missing"
  | "manager_code_wrong"
  | "manager_code_locked"
  | "message_invalid"
  | "arrival_unknown"
  | "merchant_not_named"
  | "case_closed"
  | "store_code_disabled"
  | "store_code_amount_wrong"
  | "store_code_limit"
  | "store_code_wallet_unknown"
  | "payer_page_over"
  | "payer_page_strange"
  | "payer_page_code_spent"
  | "payer_page_account_wrong"
  | "payer_page_no_answer"
  | "store_codes_too_many"
  | "store_code_busy"
  | "webhook_url_refused"
  | "webhook_endpoints_full"
  | "webhook_endpoint_disabled";
