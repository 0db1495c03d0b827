namespace WampRouter.Client;

/// <summary>What the attributes of an interface say, as code. Made by the generator.</summary>
/// <typeparam name="TContract">The interface.</typeparam>
public sealed class WampContract<TContract>
    where TContract : class
{
    /// <summary>Makes an object whose methods call and publish. The options are those of all its calls and publications, before what the attributes say.</summary>
    public required Func<IWampClient, WampCallOptions, WampPublishOptions, TContract> CreateProxy { get; init; }

    /// <summary>The interface's procedures.</summary>
    public IReadOnlyList<WampContractProcedure<TContract>> Procedures { get; init; } = [];

    /// <summary>The interface's topics.</summary>
    public IReadOnlyList<WampContractTopic<TContract>> Topics { get; init; } = [];
}
