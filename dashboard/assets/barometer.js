// The browser's half of dashboard/picture.py: shows a finished SVG.
window.barometer = {
  Picture: function Picture(props) {
    return React.createElement("span", {
      className: props.className,
      dangerouslySetInnerHTML: { __html: props.svg },
    });
  },
};
