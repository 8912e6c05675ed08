using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Switchboard.Server.Endpoints;

namespace Switchboard.Server.Logging;

/// <summary>Begins the scope of each request before anything else of the application has its say about it. Kestrel forgets it with the request.</summary>
internal sealed class RequestScopeFilter(TimeProvider time) : IStartupFilter
{
    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
    {
        application.Use(following => context =>
        {
            RequestIds.Settle(context, time);
            RequestScope.Begin(context);
            return following(context);
        });
        next(application);
    };
}
