using WampRouter.Configuration;

namespace WampRouter;

/// <summary>The router's configuration has mistakes, all of which the message lists. An application that hosts the router does not start with them, and a router that runs goes on with what it had.</summary>
public sealed class WampRouterConfigurationException : Exception
{
    internal WampRouterConfigurationException(IReadOnlyList<ConfigurationMistake> mistakes)
        : base(string.Join(Environment.NewLine, mistakes.Select(mistake => mistake.ToString()).Prepend($"The WAMP router's configuration has {(mistakes.Count == 1 ? "a mistake" : $"{mistakes.Count} mistakes")}:")))
    {
        Mistakes = mistakes;
    }

    /// <summary>The mistakes.</summary>
    internal IReadOnlyList<ConfigurationMistake> Mistakes { get; }
}
