using Microsoft.Extensions.Options;
using Switchboard.Client.Transport;

namespace Switchboard.Client.DependencyInjection;

/// <summary>Refuses options that cannot work, before a client is made of them.</summary>
internal sealed class OptionsValidator : IValidateOptions<SwitchboardClientOptions>
{
    public ValidateOptionsResult Validate(string? name, SwitchboardClientOptions options)
    {
        try
        {
            ApiTransport.EndpointOf(ClientEnvironment.Resolve(options));
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException fault)
        {
            return ValidateOptionsResult.Fail($"{(string.IsNullOrEmpty(name) ? "SwitchboardClient" : $"SwitchboardClient '{name}'")}: {fault.Message}");
        }
    }
}
