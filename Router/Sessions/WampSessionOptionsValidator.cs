using Microsoft.Extensions.Options;

namespace WampRouter.Sessions;

/// <summary>Checks the section <see cref="WampSessionOptions.SectionName"/>. Gathers all mistakes, so that one start shows them all.</summary>
internal sealed class WampSessionOptionsValidator : IValidateOptions<WampSessionOptions>
{
    public ValidateOptionsResult Validate(string? name, WampSessionOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        Check(options.HelloTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), nameof(options.HelloTimeout));
        Check(options.GoodbyeTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(1), nameof(options.GoodbyeTimeout));
        Check(options.IdleTimeout ?? TimeSpan.FromDays(1), WampSessionOptions.ShortestIdleTimeout, WampSessionOptions.LongestIdleTimeout, nameof(options.IdleTimeout));
        Check(options.DrainTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10), nameof(options.DrainTimeout));
        Check(options.ConcurrentTicketChecks, 1, 64, nameof(options.ConcurrentTicketChecks));
        Check(options.QueuedTicketChecks, 0, 100_000, nameof(options.QueuedTicketChecks));
        Check(options.TicketChecksPerAddress, 1, 100_000, nameof(options.TicketChecksPerAddress));
        Check(options.FailedLoginDelay, TimeSpan.Zero, TimeSpan.FromMinutes(1), nameof(options.FailedLoginDelay));
        Check(options.FailedLoginMaxDelay, options.FailedLoginDelay, options.HelloTimeout - TimeSpan.FromMilliseconds(1), nameof(options.FailedLoginMaxDelay));
        Check(options.FailedLoginMemory, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), nameof(options.FailedLoginMemory));
        Check(options.RememberedLogins, 100, 1_000_000, nameof(options.RememberedLogins));
        Check(options.MaxDetachedSessions, 0, 10_000_000, nameof(options.MaxDetachedSessions));
        Check(options.ResumptionTotalBytes, 0, 1L << 40, nameof(options.ResumptionTotalBytes));
        Check(options.MaxDetachedSessionsPerPrincipal, 0, 10_000_000, nameof(options.MaxDetachedSessionsPerPrincipal));
        Check(options.ResumptionBytesPerPrincipal, 0, 1L << 40, nameof(options.ResumptionBytesPerPrincipal));
        if (!Enum.IsDefined(options.Shutdown))
        {
            errors.AddError($"{WampSessionOptions.SectionName}:{nameof(options.Shutdown)} must be 'restart' or 'goodbye'");
        }

        return errors.Build();

        void Check<T>(T value, T least, T most, string property)
            where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            {
                errors.AddError($"{WampSessionOptions.SectionName}:{property} must be from {least} to {most}, not {value}");
            }
        }
    }
}
