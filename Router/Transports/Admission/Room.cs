namespace WampRouter.Transports.Admission;

/// <summary>What became of the wish to come in.</summary>
internal enum Room
{
    /// <summary>There is room; it is taken until it is given back.</summary>
    Granted,

    /// <summary><see cref="TransportOptions.MaxConnections"/> are open.</summary>
    Full,

    /// <summary><see cref="TransportOptions.MaxConnectionsPerAddress"/> of this address are.</summary>
    FullForAddress,

    /// <summary><see cref="TransportOptions.MaxHandshakes"/> have not said what they want.</summary>
    TooManyHandshakes,

    /// <summary>A quarter of them are of this address.</summary>
    TooManyHandshakesOfAddress,

    /// <summary>More than <see cref="TransportOptions.JoinsPerSecond"/> come.</summary>
    TooFast,

    /// <summary>More than <see cref="TransportOptions.JoinsPerSecondPerAddress"/> come from this address.</summary>
    TooFastForAddress,

    /// <summary>The router is going down.</summary>
    ShuttingDown,
}
