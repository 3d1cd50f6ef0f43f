# /docs (Swagger UI) and /redoc, served by todod itself: our pages and the two bundles behind them.

set(docs "${CMAKE_SOURCE_DIR}/web/docs")
set(swagger_ui swagger-ui-dist)
set(redoc redoc/bundles/redoc.standalone.js)

todod_npm(web/docs
  ${swagger_ui}/swagger-ui-bundle.js ${swagger_ui}/swagger-ui.css ${redoc})

# Redoc asks its maker's server for a logo. An image that fails to load it leaves out.
set(redoc_here "${CMAKE_CURRENT_BINARY_DIR}/redoc.standalone.js")
add_custom_command(
  OUTPUT "${redoc_here}"
  COMMAND sed "s,https://cdn.redoc.ly/redoc/logo-mini.svg,data:\\,," "${docs}/node_modules/${redoc}"
          > "${redoc_here}"
  DEPENDS "${docs}/node_modules/${redoc}" "${docs}/node_modules/.package-lock.json"
  COMMENT "Taking the outside logo out of Redoc"
  VERBATIM)

todod_embed(todod_http todod::http docs_assets
  "/docs=${docs}/swagger.html"
  "/docs/swagger.js=${docs}/swagger.js"
  "/docs/docs.css=${docs}/docs.css"
  "/docs/swagger-ui-bundle.js=${docs}/node_modules/${swagger_ui}/swagger-ui-bundle.js"
  "/docs/swagger-ui.css=${docs}/node_modules/${swagger_ui}/swagger-ui.css"
  "/redoc=${docs}/redoc.html"
  "/redoc/redoc.js=${docs}/redoc.js"
  "/redoc/redoc.standalone.js=${redoc_here}")
