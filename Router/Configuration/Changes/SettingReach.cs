namespace WampRouter.Configuration.Changes;

/// <summary>For whom another value of a setting counts, once the configuration was read again.</summary>
internal enum SettingReach
{
    /// <summary>For everybody at once, those who are connected too. What somebody has beyond a lower limit stays.</summary>
    Everybody,

    /// <summary>For those who connect from now on: the others keep what they were told, or what runs already.</summary>
    Newcomers,

    /// <summary>For nobody before the next start of the router.</summary>
    NextStart,
}
