using WampRouter.Configuration;

namespace WampRouter.Hosting;

/// <summary>
/// A part of the host that the configuration changes: the router itself, and in the program its listeners. A reload has all parts prepare what they need, and only then lets any of it take effect: so it is
/// all or nothing. One reload at a time.
/// </summary>
internal interface IReloadPart
{
    /// <summary>Does everything that can fail; nothing of it holds yet.</summary>
    /// <param name="configuration">What is to hold, read without a mistake.</param>
    /// <exception cref="WampRouterConfigurationException">It cannot be served.</exception>
    IReloadStep Prepare(RouterConfiguration configuration);
}

/// <summary>A part that is ready for another configuration. Disposed of without having taken effect, it leaves everything as it was.</summary>
internal interface IReloadStep : IDisposable
{
    /// <summary>What takes effect, one sentence for each.</summary>
    IReadOnlyList<string> Changes { get; }

    /// <summary>What is different and takes effect with the next start.</summary>
    IReadOnlyList<string> NeedRestart { get; }

    /// <summary>Puts it into effect. Cannot fail.</summary>
    /// <returns>What sessions have lost.</returns>
    Sessions.PolicyEffect TakeEffect();
}
