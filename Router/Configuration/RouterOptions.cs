using WampRouter.Sessions;
using WampRouter.Transports;

namespace WampRouter.Configuration;

/// <summary>The host's settings: where the router listens and where its realms are. Read once: a change takes effect with the next start.</summary>
public sealed class RouterOptions
{
    /// <summary>Where the host's configuration keeps these.</summary>
    public const string SectionName = "WampRouter";

    /// <summary>
    /// The directory of the realm files. If relative, it is looked for in the working directory first, so that the files an admin stands before are the ones
    /// used, and then in the content root, where the shipped ones are.
    /// </summary>
    public string RealmsDirectory { get; set; } = "config/realms";

    /// <summary>The directory of what the router itself keeps, such as durable event histories; relative to the working directory. Made when it is needed.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>
    /// Where the router listens. None: the stand-alone router listens at <see cref="ListenerOptions.Default"/>; hosted in another application
    /// it listens where that one does.
    /// </summary>
    public IList<ListenerOptions> Listeners { get; set; } = [];

    /// <summary>Whether the stand-alone router serves a page to try it with, at <c>/</c>.</summary>
    public bool WelcomePage { get; set; } = true;

    /// <summary>Limits of every connection.</summary>
    public TransportOptions Transports { get; set; } = new();

    /// <summary>How long sessions may take.</summary>
    public WampSessionOptions Sessions { get; set; } = new();
}
