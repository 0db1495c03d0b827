namespace WampRouter.Sessions.Authentication;

/// <summary>The authentication methods that the configuration of a realm offers.</summary>
internal sealed record AuthenticationSettings
{
    /// <summary>The methods, each once.</summary>
    public IReadOnlyList<MethodSettings> Methods { get; init; } = [];

    /// <summary>Joining without proof; null where the realm does not offer it.</summary>
    public AnonymousSettings? Anonymous => Find<AnonymousSettings>();

    /// <summary>The settings of a method by its name; null where the realm does not offer it.</summary>
    public MethodSettings? Find(string method) => Methods.FirstOrDefault(settings => settings.Method == method);

    /// <summary>The settings of one method; null where the realm does not offer it.</summary>
    public T? Find<T>()
        where T : MethodSettings => Methods.OfType<T>().FirstOrDefault();
}
