namespace WampRouter.Tests.EndToEnd;

/// <summary>The two forms in which users run the router.</summary>
public enum RouterBuild
{
    /// <summary>What <c>dotnet run</c> starts.</summary>
    Dotnet,

    /// <summary>What <c>publish.sh</c> makes.</summary>
    NativeAot,
}
