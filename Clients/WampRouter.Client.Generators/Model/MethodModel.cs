namespace WampRouter.Client.Generators;

/// <summary>What a method returns.</summary>
internal enum ReturnShape
{
    Task,
    ValueTask,
    TaskOfResult,
    ValueTaskOfResult,
    Stream,
}

/// <summary>A method of an interface: a procedure or a topic.</summary>
/// <param name="Owner">The interface that declares it.</param>
/// <param name="Name">Its name, escaped where it is a keyword.</param>
/// <param name="Returns">What it returns.</param>
/// <param name="Link">What its attribute says.</param>
/// <param name="Parameters">Its parameters, in their order.</param>
internal sealed record MethodModel(string Owner, string Name, ReturnModel Returns, LinkModel Link, EquatableArray<ParameterModel> Parameters)
{
    public ParameterModel? First(ParameterRole role) => Parameters.FirstOrDefault(parameter => parameter.Role == role);
}

/// <summary>What a method returns.</summary>
/// <param name="Type">The whole type.</param>
/// <param name="Shape">How the result comes.</param>
/// <param name="Result">The result's type; empty: there is none.</param>
/// <param name="IsArguments">Whether the result is all arguments as they came.</param>
/// <param name="CanBeNull">Whether the result may be null.</param>
/// <param name="Spread">The types of the items that are arguments each; empty: the result is one argument.</param>
internal sealed record ReturnModel(string Type, ReturnShape Shape, string Result, bool IsArguments, bool CanBeNull, EquatableArray<string> Spread);

/// <summary>What the attribute of a method says.</summary>
/// <param name="IsTopic">Whether it is a topic, and not a procedure.</param>
/// <param name="Uri">Its whole URI.</param>
/// <param name="Match">How the URI is compared.</param>
/// <param name="Acknowledge">Whether the publisher waits for the router.</param>
/// <param name="OfferOptions">The options of REGISTER or SUBSCRIBE that differ from the default, as an object initializer.</param>
/// <param name="UseOptions">The options of CALL or PUBLISH that differ from the default, as an object initializer.</param>
internal sealed record LinkModel(bool IsTopic, string Uri, WampMatch Match, bool Acknowledge, EquatableArray<string> OfferOptions, EquatableArray<string> UseOptions)
{
    /// <summary>Whether the URI is one to register or subscribe to only.</summary>
    public bool IsPattern => Match != WampMatch.Exact;
}
