using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Server.Configuration;

namespace Switchboard.Tests.Server.Endpoints;

public sealed class HostingTests
{
    [Fact]
    public async Task In_an_application_of_ones_own_its_routes_come_first()
    {
        await using var gateway = await ServedGateway.StartAsync(map: application =>
        {
            application.MapGet("/", (HttpContext context) => context.Response.WriteAsync("my page"));
            application.MapGet("/models", (HttpContext context) => context.Response.WriteAsync("my models"));
        });

        Assert.Equal("my page", await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
        Assert.Equal("my models", await gateway.Client.GetStringAsync("/models", TestContext.Current.CancellationToken));
        Assert.Contains("parrot", await gateway.Client.GetStringAsync("/v1/models", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_mapped_below_a_prefix()
    {
        await using var gateway = await ServedGateway.StartAsync(map: application => application.MapGroup("/ai").MapSwitchboard());

        Assert.Contains("parrot", await gateway.Client.GetStringAsync("/ai/v1/models", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_with_faults_is_refused_when_it_is_added()
    {
        var configuration = new GatewayConfiguration { Server = new ServerSettings { MaxBodyMegabytes = 0, OverloadStatus = 200 } };

        var fault = Assert.Throws<ConfigurationFaultException>(() => new ServiceCollection().AddSwitchboard(configuration));

        Assert.Equal(2, fault.Faults.Count);
    }
}
