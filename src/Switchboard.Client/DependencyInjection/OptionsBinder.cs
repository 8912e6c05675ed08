using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Switchboard.Client.DependencyInjection;

/// <summary>Reads options from configuration, by hand: no reflection, and messages that name the setting.</summary>
internal static class OptionsBinder
{
    /// <exception cref="InvalidOperationException">A value cannot be read; the message names its setting.</exception>
    public static void Bind(IConfiguration section, SwitchboardClientOptions options)
    {
        Text(section, nameof(options.ApiKey), value => options.ApiKey = value);
        Text(section, nameof(options.AdminApiKey), value => options.AdminApiKey = value);
        Address(section, nameof(options.BaseUrl), value => options.BaseUrl = value);
        Text(section, nameof(options.Organization), value => options.Organization = value);
        Text(section, nameof(options.Project), value => options.Project = value);
        Text(section, nameof(options.WebhookSecret), value => options.WebhookSecret = value);
        Time(section, nameof(options.Timeout), value => options.Timeout = value);
        Time(section, nameof(options.ConnectTimeout), value => options.ConnectTimeout = value);
        Time(section, nameof(options.StreamIdleTimeout), value => options.StreamIdleTimeout = value);
        Time(section, nameof(options.MaxRetryAfter), value => options.MaxRetryAfter = value);
        Number(section, nameof(options.MaxRetries), value => options.MaxRetries = value);
        Number(section, nameof(options.MaxResponseBytes), value => options.MaxResponseBytes = value);
        Flag(section, nameof(options.CapturesContent), value => options.CapturesContent = value);
        Flag(section, nameof(options.ReadsEnvironment), value => options.ReadsEnvironment = value);
        foreach (var header in section.GetSection(nameof(options.Headers)).GetChildren())
        {
            options.Headers[header.Key] = header.Value;
        }

        foreach (var parameter in section.GetSection(nameof(options.Query)).GetChildren())
        {
            options.Query[parameter.Key] = parameter.Value ?? "";
        }

        if (section.GetSection(nameof(options.Azure)) is var azure && azure.Exists())
        {
            Bind(azure, options.Azure ??= new AzureOptions());
        }
    }

    private static void Bind(IConfigurationSection section, AzureOptions options)
    {
        Address(section, nameof(options.Endpoint), value => options.Endpoint = value);
        Text(section, nameof(options.ApiKey), value => options.ApiKey = value);
        Text(section, nameof(options.ApiVersion), value => options.ApiVersion = value);
        Text(section, nameof(options.Deployment), value => options.Deployment = value);
        Read(section, nameof(options.Surface), value => options.Surface = value, text => Enum.TryParse<AzureSurface>(text, ignoreCase: true, out var surface) ? surface : (AzureSurface?)null, "V1 or Deployments");
    }

    private static void Text(IConfiguration section, string name, Action<string> set)
    {
        if (section[name] is { Length: > 0 } text)
        {
            set(text);
        }
    }

    private static void Address(IConfiguration section, string name, Action<Uri> set) =>
        Text(section, name, text => set(Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : throw Fault(section, name, text, "an address such as https://api.openai.com/v1")));

    // -00:00:00.001 is how TimeSpan spells infinity; here there is a word for it.
    private static void Time(IConfiguration section, string name, Action<TimeSpan> set) => Read(
        section,
        name,
        set,
        text => text.Equals("Infinite", StringComparison.OrdinalIgnoreCase) ? Timeout.InfiniteTimeSpan : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null,
        "a time such as 00:01:30, or Infinite");

    private static void Number(IConfiguration section, string name, Action<int> set) =>
        Read(section, name, set, text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null, "a whole number");

    private static void Flag(IConfiguration section, string name, Action<bool> set) =>
        Read(section, name, set, text => bool.TryParse(text, out var flag) ? flag : null, "true or false");

    private static void Read<T>(IConfiguration section, string name, Action<T> set, Func<string, T?> parse, string what)
        where T : struct =>
        Text(section, name, text => set(parse(text) ?? throw Fault(section, name, text, what)));

    private static InvalidOperationException Fault(IConfiguration section, string name, string text, string what) =>
        new($"{(section is IConfigurationSection { Path: var path } ? $"{path}:{name}" : name)} has to be {what}: '{text}'.");
}
